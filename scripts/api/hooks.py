"""What the document can't say: a command has an idempotency key or is a dry run, and not both; and which members, orders and coupons there
are, without which nearly everything ends at an unknown one."""

import itertools

import schemathesis
from schemathesis.generation import GenerationMode

KEY = "Idempotency-Key"

# Texts that mean something at the server of scripts/api.bash, by the fields that hold them. Every third text stays as it was made up.
KNOWN = {
    "member": ["mei", "jo", None],
    "into": ["mei", None],
    "order": ["A-1", "A-2", None],
    "programme": ["points"],
    "points": ["1", "20", None],
    "amount": ["300", "1", None],
    "quantity": ["1", "2", None],
    "template": ["welcome", "invoice", None],
    "sku": ["tea", None],
    "event": ["review", None],
    "level": ["gold", "basic", None],
    "reason": ["sorry", None],
    "actor": ["amy", None],
    "cursor": [None],
}

numbers = itertools.count(1)
texts = {field: itertools.cycle(known) for field, known in KNOWN.items()}


def known(field, value):
    """The value with texts that the server knows in place of some that it doesn't."""
    if isinstance(value, dict):
        return {name: known(name, inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [known(field, inner) for inner in value]
    if isinstance(value, str) and field in texts:
        return next(texts[field]) or value
    return value


@schemathesis.hook
def map_case(context, case):
    """Makes a sound case one that the server can make something of."""
    if case.meta is None or case.meta.generation.mode is not GenerationMode.POSITIVE:
        return case
    if isinstance(case.body, (dict, list)):
        case.body = known(None, case.body)
    return case


@schemathesis.hook
def before_call(context, case, kwargs):
    """Gives a sound command the key that it lacks, and takes a needless one from a dry run."""
    if case.meta is None or case.meta.generation.mode is not GenerationMode.POSITIVE:
        return
    if not any(parameter.name == KEY for parameter in case.operation.headers):
        return
    if str(case.query.get("dry-run")).lower() == "true":
        case.headers.pop(KEY, None)
    elif KEY not in case.headers:
        case.headers[KEY] = f"made-up-{next(numbers)}"
