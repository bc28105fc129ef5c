"""Holds recorded requests and answers against the service models of botocore.

    python3 validate.py <EXCHANGES >RESULTS

EXCHANGES is a JSON list of {method, path, headers, body, status, answer_headers, answer}; headers are lists of [name, value].
RESULTS is {"botocore": version, "results": [...]}, one for each exchange:

  operation   which one of which service, "ecs.ListServices"
  faults      what breaks the model: phrases; [] is good (of a request whose exchange has bad_request, nothing is said)
  sent        what botocore itself would send for the same members: {method, path, headers, body}; null where this botocore speaks
              another protocol to the service
  parsed      the answer as botocore reads it, times as seconds since 1970; of an error {code, message}
"""
import datetime
import json
import re
import sys
import urllib.parse
import xml.etree.ElementTree as ElementTree

import botocore
import botocore.loaders
import botocore.model
import botocore.parsers
import botocore.serialize
import botocore.validate

SERVICES = ("ecs", "cloudwatch", "sts", "sso", "sso-oidc")
loader = botocore.loaders.Loader()
models = {name: botocore.model.ServiceModel(loader.load_service_model(name, "service-2"), name) for name in SERVICES}
TARGETS = {"AmazonEC2ContainerServiceV20141113": "ecs", "GraniteServiceVersion20100801": "cloudwatch"}
PATHS = {"/federation/credentials": ("sso", "GetRoleCredentials"), "/token": ("sso-oidc", "CreateToken")}
# What any service may answer, beside the errors of its model (AWS's list of common errors, and what its JSON services say).
COMMON = {
    "AccessDenied", "AccessDeniedException", "ExpiredToken", "ExpiredTokenException", "IncompleteSignature", "IncompleteSignatureException",
    "InternalFailure", "InvalidAction", "InvalidClientTokenId", "InvalidSignatureException", "MissingAuthenticationToken",
    "MissingAuthenticationTokenException", "OptInRequired", "RequestExpired", "SerializationException", "ServiceUnavailable", "SignatureDoesNotMatch",
    "Throttling", "ThrottlingException", "UnknownOperationException", "UnrecognizedClientException", "ValidationError", "ValidationException",
}


class Exchange:
    def __init__(self, record):
        self.record = record
        self.headers = {name.lower(): value for name, value in record["headers"]}
        self.answer_headers = {name.lower(): value for name, value in record["answer_headers"]}
        self.path, _, self.query = record["path"].partition("?")
        self.form = None
        target = self.headers.get("x-amz-target", "")
        if target:
            prefix, _, operation = target.partition(".")
            self.protocol, self.service = "json", TARGETS[prefix]
        elif self.path in PATHS:
            self.protocol, (self.service, operation) = "rest-json", PATHS[self.path]
        else:
            self.protocol, self.service = "query", "sts"
            self.form = dict(urllib.parse.parse_qsl(record["body"], keep_blank_values=True, strict_parsing=True))
            operation = self.form["Action"]
        self.model = models[self.service]
        self.operation = self.model.operation_model(operation)
        self.faults = []

    def parameters(self):
        """The members of the request as a Python client would give them."""
        if self.protocol == "json":
            return json.loads(self.record["body"])
        shape = self.operation.input_shape
        if self.protocol == "query":
            if self.form["Version"] != self.model.api_version:
                self.faults.append(f"Version {self.form['Version']} is not {self.model.api_version}")
            given = {name: value for name, value in self.form.items() if name not in ("Action", "Version")}
        else:
            places = {"header": self.headers, "querystring": dict(urllib.parse.parse_qsl(self.query))}
            body = json.loads(self.record["body"] or "{}")
            given = {}
            for name, member in shape.members.items():
                source = places.get(member.serialization.get("location"), body)
                key = member.serialization.get("name", name)
                if key in source:
                    given[name] = source.pop(key)
            given.update(body)
            given.update(places["querystring"])
        return {name: int(value) if name in shape.members and shape.members[name].type_name == "integer" else value for name, value in given.items()}

    def sent(self, parameters):
        protocols = self.model.metadata.get("protocols", [self.model.metadata["protocol"]])
        if self.protocol not in protocols:
            return None
        request = botocore.serialize.create_serializer(self.protocol, include_validation=False).serialize_to_request(parameters, self.operation)
        body = request["body"]
        if isinstance(body, bytes):
            body = body.decode()
        if not isinstance(body, str):
            body = {name: str(value) for name, value in body.items()}
        query = {name: str(value) for name, value in dict(request.get("query_string") or {}).items()}
        return {"method": request["method"], "path": request["url_path"], "query": query, "headers": dict(request["headers"]), "body": body}

    def parsed(self):
        answer = {"status_code": self.record["status"], "headers": self.answer_headers, "body": self.record["answer"].encode()}
        return botocore.parsers.create_parser(self.protocol).parse(answer, self.operation.output_shape)


def check_bounds(value, shape, where, faults):
    """What botocore leaves to AWS: upper bounds, patterns, enumerations, and members that the model does not have."""
    kind = shape.type_name
    bounds = shape.metadata
    if kind == "structure":
        if not isinstance(value, dict):
            faults.append(f"{where} is not a structure")
            return
        names = {member.serialization.get("name", name): member for name, member in shape.members.items()}
        for name, item in value.items():
            if name not in names:
                faults.append(f"{where}.{name} is not in the model")
            elif item is not None:
                check_bounds(item, names[name], f"{where}.{name}", faults)
        return
    if kind == "list":
        if not isinstance(value, list):
            faults.append(f"{where} is not a list")
            return
        size = len(value)
        for number, item in enumerate(value):
            check_bounds(item, shape.member, f"{where}[{number}]", faults)
    elif kind == "string":
        if not isinstance(value, str):
            faults.append(f"{where} is not a string")
            return
        size = len(value)
        if shape.enum and value not in shape.enum:
            faults.append(f"{where}: {value} is not one of {', '.join(shape.enum)}")
        # Beyond 16 bits the patterns are written in a way that Python reads otherwise.
        pattern = bounds.get("pattern")
        if pattern and "\\u10FFFF" not in pattern and not re.fullmatch(pattern, value):
            faults.append(f"{where}: {value} does not match {pattern}")
    elif kind in ("integer", "long", "double", "float", "timestamp"):
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            faults.append(f"{where} is not a number")
            return
        if kind in ("integer", "long") and not isinstance(value, int):
            faults.append(f"{where} is not an integer")
        size = value
    elif kind == "boolean":
        if not isinstance(value, bool):
            faults.append(f"{where} is not a boolean")
        return
    else:
        faults.append(f"{where} has the type {kind}, which this check does not know")
        return
    if kind != "timestamp" and "min" in bounds and size < bounds["min"]:
        faults.append(f"{where}: {size} is less than {bounds['min']}")
    if kind != "timestamp" and "max" in bounds and size > bounds["max"]:
        faults.append(f"{where}: {size} is more than {bounds['max']}")


def read_xml(element, shape, where, faults):
    """The members below an element as a structure, for check_bounds; texts by the types of the model."""
    result = {}
    for child in element:
        name = child.tag.rpartition("}")[2]
        member = shape.members.get(name)
        if member is None:
            faults.append(f"{where}.{name} is not in the model")
        elif member.type_name == "structure":
            result[name] = read_xml(child, member, f"{where}.{name}", faults)
        elif member.type_name == "integer":
            result[name] = int(child.text)
        elif member.type_name == "timestamp":
            result[name] = datetime.datetime.strptime(child.text, "%Y-%m-%dT%H:%M:%SZ").timestamp()
        else:
            result[name] = child.text or ""
    return result


def check_answer(exchange):
    faults = exchange.faults
    shape = exchange.operation.output_shape
    if exchange.protocol == "query":
        name = exchange.operation.name
        root = ElementTree.fromstring(exchange.record["answer"])
        space = f"{{{exchange.model.metadata['xmlNamespace']}}}"
        if root.tag != f"{space}{name}Response" or [child.tag for child in root] != [f"{space}{name}Result", f"{space}ResponseMetadata"]:
            faults.append(f"the answer is not a {name}Response in its name space")
            return
        content = read_xml(root[0], shape, "answer", faults)
    else:
        content = json.loads(exchange.record["answer"])
    check_bounds(content, shape, "answer", faults)


def seconds(value):
    if isinstance(value, datetime.datetime):
        return value.timestamp()
    if isinstance(value, dict):
        return {name: seconds(item) for name, item in value.items() if name != "ResponseMetadata"}
    if isinstance(value, list):
        return [seconds(item) for item in value]
    return value


def judge(record):
    exchange = Exchange(record)
    faults = exchange.faults
    result = {"operation": f"{exchange.service}.{exchange.operation.name}", "faults": faults, "sent": None}
    if not record.get("bad_request"):
        parameters = exchange.parameters()
        report = botocore.validate.ParamValidator().validate(parameters, exchange.operation.input_shape)
        if report.has_errors():
            faults.append(report.generate_report())
        elif exchange.protocol != "rest-json":
            check_bounds(parameters, exchange.operation.input_shape, "request", faults)
        result["sent"] = None if faults else exchange.sent(parameters)
    if record["status"] >= 300:
        parsed = exchange.parsed()["Error"]
        result["parsed"] = {"code": parsed.get("Code"), "message": parsed.get("Message")}
        # Models list errors at some operations only: those of the service count. Without any code botocore gives the status.
        shapes = exchange.model.error_shapes
        known = COMMON | {shape.error_code for shape in shapes} | {shape.name for shape in shapes} | {str(record["status"])}
        if str(parsed.get("Code")) not in known:
            faults.append(f"the error {parsed.get('Code')} is not one of {exchange.service}'s")
    else:
        check_answer(exchange)
        result["parsed"] = seconds(exchange.parsed())
    return result


json.dump({"botocore": botocore.__version__, "results": [judge(record) for record in json.load(sys.stdin)]}, sys.stdout)
