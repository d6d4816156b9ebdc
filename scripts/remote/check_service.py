"""Checks an InferenceService against the types of KServe's SDK: check_service.py FILE."""
import sys

import kserve
import yaml


def check(value, type_name, path):
    """Every key is a field of its type; Kubernetes' own types are taken as they are."""
    known = getattr(kserve, type_name, None)
    if known is None:
        return
    fields = {written: field for field, written in known.attribute_map.items()}
    for key, inner in value.items():
        if key not in fields:
            sys.exit(f"{path}.{key} is no field of {type_name}")
        kind = known.openapi_types[fields[key]]
        if kind in ("int", "str") and type(inner).__name__ != kind:
            sys.exit(f"{path}.{key} is no {kind}")
        if isinstance(inner, dict):
            check(inner, kind, f"{path}.{key}")


with open(sys.argv[1], encoding="utf-8") as file:
    check(yaml.safe_load(file), "V1beta1InferenceService", "service")
print("every field is known")
