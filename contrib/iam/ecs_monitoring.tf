# The role in an account whose clusters are checked from another account. Apply it in the account with the clusters, in a
# directory that also holds check.json and find-cluster.json.

variable "trusted_principal" {
  description = "ARN of the user or role that the monitoring host uses"
  type        = string
}

variable "external_id" {
  description = "External id that the monitoring host has to give as --external-id"
  type        = string
  sensitive   = true
}

variable "find_cluster" {
  description = "Whether checks may be run without -c, and accounts be probed"
  type        = bool
  default     = true
}

resource "aws_iam_role" "ecs_monitoring" {
  name = "ecs-monitoring"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "TrustMonitoringHost"
      Effect    = "Allow"
      Principal = { AWS = var.trusted_principal }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "sts:ExternalId" = var.external_id } }
    }]
  })
}

resource "aws_iam_role_policy" "check" {
  name   = "check"
  role   = aws_iam_role.ecs_monitoring.id
  policy = file("${path.module}/check.json")
}

resource "aws_iam_role_policy" "find_cluster" {
  count  = var.find_cluster ? 1 : 0
  name   = "find-cluster"
  role   = aws_iam_role.ecs_monitoring.id
  policy = file("${path.module}/find-cluster.json")
}

output "role_arn" {
  description = "For --role-arn, and for the Resource of assume-role.json"
  value       = aws_iam_role.ecs_monitoring.arn
}
