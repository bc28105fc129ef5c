#!/usr/bin/python3
"""What the Python script that this program replaces asks of AWS, without its menus and colours: the clusters, the
services of one in tens, then one GetMetricStatistics call for each service and metric. For `make bench`.

	script.py ENDPOINT_URL CLUSTER
"""
import datetime
import os
import sys

import boto3


def names(client, operation, member, **arguments):
    pages = client.get_paginator(operation).paginate(**arguments)
    return [arn.rsplit('/', 1)[-1] for page in pages for arn in page[member]]


def peak(client, cluster, service, metric):
    now = datetime.datetime.now(datetime.timezone.utc)
    answer = client.get_metric_statistics(
        Namespace='AWS/ECS',
        MetricName=metric,
        Dimensions=[{'Name': 'ClusterName', 'Value': cluster}, {'Name': 'ServiceName', 'Value': service}],
        StartTime=now - datetime.timedelta(days=1),
        EndTime=now,
        Period=3600,
        Statistics=['Maximum'],
    )
    return max((point['Maximum'] for point in answer['Datapoints']), default=None)


def main(endpoint_url, cluster):
    options = {'endpoint_url': endpoint_url, 'verify': os.environ.get('AWS_CA_BUNDLE')}
    ecs = boto3.client('ecs', **options)
    cloudwatch = boto3.client('cloudwatch', **options)
    if cluster not in names(ecs, 'list_clusters', 'clusterArns'):
        sys.exit('there is no such cluster')
    for service in sorted(names(ecs, 'list_services', 'serviceArns', cluster=cluster)):
        for metric in 'CPUUtilization', 'MemoryUtilization':
            value = peak(cloudwatch, cluster, service, metric)
            print(service, metric, 'no data' if value is None else f'{value:.1f}%')


main(*sys.argv[1:])
