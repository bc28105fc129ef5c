"""Validates documents against a JSON Schema: validate_json.py SCHEMA DOCUMENT...

Prints "ok PATH" or "not ok PATH: why" for each. Beyond the schema a document holds no name twice and
no NaN, and the members of each object stand in the order of the schema's.
"""
import json
import sys

from jsonschema import Draft202012Validator


def refuse_constant(text):
    raise ValueError(f"{text} is no number of JSON")


def unique(pairs):
    names = [name for name, _ in pairs]
    if len(set(names)) != len(names):
        raise ValueError(f"a name comes twice: {names}")
    return dict(pairs)


def strict(path):
    with open(path, "rb") as file:
        text = file.read().decode("utf-8", errors="strict")
    return json.loads(text, parse_constant=refuse_constant, object_pairs_hook=unique)


def check_order(schema, part, document, where="the document"):
    while "$ref" in part:
        part = schema["$defs"][part["$ref"].rsplit("/", 1)[1]]
    if isinstance(document, list):
        for i, element in enumerate(document):
            check_order(schema, part.get("items", {}), element, f"{where}[{i}]")
    if isinstance(document, dict):
        members = part.get("properties", {})
        wanted = [name for name in members if name in document]
        if list(document) != wanted:
            raise ValueError(f"the order of {where}: {list(document)}")
        for name, value in document.items():
            check_order(schema, members[name], value, f"{where}.{name}")


def main():
    schema = strict(sys.argv[1])
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    for path in sys.argv[2:]:
        try:
            document = strict(path)
            errors = [f"{'/'.join(map(str, e.absolute_path))}: {e.message[:300]}" for e in validator.iter_errors(document)]
            if not errors:
                check_order(schema, schema, document)
        except ValueError as error:
            errors = [str(error)]
        print(f"not ok {path}: {'; '.join(errors)}".replace("\n", " ") if errors else f"ok {path}")


main()
