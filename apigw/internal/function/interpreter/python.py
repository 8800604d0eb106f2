"""The client of the Lambda Runtime API for functions in Python.

It does what Lambda's own does (aws/aws-lambda-python-runtime-interface-client), in
its words. Its arguments are folders in which modules are looked for last.
"""

import importlib
import json
import logging
import os
import re
import socket
import sys
import time
import traceback

environ = os.environ
HERE = __file__


class Fault(Exception):
    """What goes wrong before or around a handler. Its type is one of Lambda's."""

    def __init__(self, kind, message, trace=None):
        super().__init__(message)
        self.kind = "Runtime." + kind
        self.message = message
        self.trace = trace or []


# The log.

request_id = None  # of the current invocation, or the last one


class Handler(logging.Handler):
    """Writes the records of the module logging."""

    def emit(self, record):
        try:
            sys.stdout.write(self.format(record))
        except Exception:
            self.handleError(record)


class JSONFormatter(logging.Formatter):
    """Formats records for functions whose log format is JSON."""

    def format(self, record):
        line = {
            "timestamp": self.formatTime(record, "%Y-%m-%dT%H:%M:%SZ"),
            "level": record.levelname,
            "message": record.getMessage(),
            "logger": record.name,
        }
        if record.exc_info:
            line["stackTrace"] = traceback.format_exception(*record.exc_info)
            line["errorType"] = record.exc_info[0].__name__
            line["errorMessage"] = str(record.exc_info[1])
            line["location"] = "%s:%s:%d" % (record.pathname, record.funcName, record.lineno)
        line["requestId"] = record.aws_request_id
        for name, value in record.__dict__.items():
            if name not in STANDARD and name not in line and name != "aws_request_id":
                line[name] = value
        return json.dumps(line, default=str, ensure_ascii=False) + "\n"


STANDARD = set(logging.LogRecord("", 0, "", 0, "", (), None).__dict__) | {"message", "asctime"}
IN_JSON = environ.get("AWS_LAMBDA_LOG_FORMAT", "").upper() == "JSON"


def set_up_logging():
    def add_id(record):
        record.aws_request_id = request_id or ""
        return True

    logging.Formatter.converter = time.gmtime
    handler = Handler()
    handler.setFormatter(
        JSONFormatter()
        if IN_JSON
        else logging.Formatter("[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s\n", "%Y-%m-%dT%H:%M:%S")
    )
    handler.addFilter(add_id)
    level = environ.get("AWS_LAMBDA_LOG_LEVEL", "").upper()
    level = {"TRACE": "DEBUG", "FATAL": "CRITICAL", "WARN": "WARNING"}.get(level, level)
    root = logging.getLogger()
    if level in ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"):
        root.setLevel(level)
    root.addHandler(handler)


def log_error(error):
    if IN_JSON:
        stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        sys.stdout.write(encode({"timestamp": stamp, "log_level": "ERROR", **error}) + "\n")
        return
    line = "[ERROR] " + ": ".join(part for part in (error["errorType"], error["errorMessage"]) if part)
    lines = [line, "Traceback (most recent call last):"]
    for entry in error["stackTrace"]:
        lines.extend(entry.splitlines())
    sys.stdout.write("\n".join(lines) + "\n")


# JSON as Lambda writes it.

MARK = "decimal-%d-" % os.getpid()


def plain(value):
    """Returns a value with dicts in place of named tuples, as Lambda encodes them."""
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        value = value._asdict()
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def encode(value):
    """Returns the JSON of a value. A Decimal is a number with all its digits."""
    decimals = []

    def default(item):
        if type(item).__name__ == "Decimal" and hasattr(item, "is_nan"):
            decimals.append("NaN" if item.is_nan() else str(item))
            return "%s%d" % (MARK, len(decimals) - 1)
        raise TypeError("Object of type %s is not JSON serializable" % type(item).__name__)

    try:
        value = plain(value)
    except RecursionError:
        pass  # what has no end cannot be encoded either, and json says so
    ascii_only = environ.get("AWS_EXECUTION_ENV", "") in OLD
    text = json.dumps(value, default=default, ensure_ascii=ascii_only)
    if decimals:
        text = re.sub('"%s(\\d+)"' % MARK, lambda found: decimals[int(found[1])], text)
    return text


# Up to this version the runtime escapes all but ASCII.
OLD = {"AWS_Lambda_python3.%d" % minor for minor in range(6, 12)}


def result_of(response):
    """Returns the bytes of a handler's response, and their type."""
    if isinstance(response, bytes):
        return response, "application/unknown"
    try:
        return encode(response).encode(), "application/json"
    except Exception as error:
        raise Fault("MarshalError", "Unable to marshal response: %s" % error)


# The Runtime API, over one connection.


class API:
    def __init__(self, address):
        host, _, port = address.rpartition(":")
        self.address = address
        self.connection = socket.create_connection((host, int(port)))
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def call(self, method, resource, headers=(), body=b""):
        """Returns the status, the headers by their names in lower case, and the body."""
        head = "%s /2018-06-01/runtime/%s HTTP/1.1\r\nHost: %s\r\n" % (method, resource, self.address)
        for name, value in headers:
            head += "%s: %s\r\n" % (name, value)
        if method == "POST":
            head += "Content-Length: %d\r\n" % len(body)
        self.connection.sendall((head + "\r\n").encode("latin-1", "replace") + body)
        read = b""
        while b"\r\n\r\n" not in read:
            read += self.receive()
        head, _, body = read.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        found = {}
        for line in lines:
            name, _, value = line.partition(":")
            found[name.lower()] = value.strip()
        left = int(found.get("content-length", 0)) - len(body)
        chunks = [body]
        while left > 0:
            chunks.append(self.receive())
            left -= len(chunks[-1])
        return int(first.split(" ")[1]), found, b"".join(chunks)

    def receive(self):
        data = self.connection.recv(1 << 18)
        if not data:
            os._exit(1)  # the host has ended
        return data

    def post_error(self, resource, error):
        kind = error["errorType"].encode("ascii", "replace").decode()
        headers = [("Content-Type", "application/json"), ("Lambda-Runtime-Function-Error-Type", kind)]
        self.call("POST", resource, headers, encode(error).encode("utf-8", "replace"))


# The function.


def load(handler):
    """Returns the function that a handler such as folder/module.name names."""
    try:
        module_name, name = handler.rsplit(".", 1)
    except ValueError as error:
        raise Fault("MalformedHandlerName", "Bad handler '%s': %s" % (handler, error))
    try:
        if module_name.split(".")[0] in sys.builtin_module_names:
            raise Fault("BuiltInModuleConflict", "Cannot use built-in module %s as a handler module" % module_name)
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        raise Fault("ImportModuleError", "Unable to import module '%s': %s" % (module_name, error))
    except SyntaxError as error:
        trace = ['  File "%s" Line %s\n    %s' % (error.filename, error.lineno, error.text)]
        raise Fault("UserCodeSyntaxError", "Syntax error in module '%s': %s" % (module_name, error), trace)
    try:
        return getattr(module, name)
    except AttributeError:
        raise Fault("HandlerNotFound", "Handler '%s' missing on module '%s'" % (name, module_name))


def error_of(error, invocation=""):
    """Returns what Lambda's callers see of an exception."""
    if isinstance(error, Fault):
        message, kind, trace = error.message, error.kind, error.trace
    else:
        frames = [(f.filename, f.lineno, f.name, f.line) for f in traceback.extract_tb(error.__traceback__)]
        while frames and frames[0][0] == HERE:
            del frames[0]
        message, kind, trace = str(error), type(error).__name__, traceback.format_list(frames)
    return {"errorMessage": message, "errorType": kind, "requestId": invocation, "stackTrace": trace}


def fill(target, values):
    """Sets those attributes that a class of the context has."""
    for name in target.__slots__:
        setattr(target, name, values.get(name))
    return target


class CognitoIdentity:
    __slots__ = ["cognito_identity_id", "cognito_identity_pool_id"]

    def __repr__(self):
        return described(self, self.__slots__)


class Client:
    __slots__ = ["installation_id", "app_title", "app_version_name", "app_version_code", "app_package_name"]

    def __repr__(self):
        return described(self, self.__slots__)


class ClientContext:
    __slots__ = ["custom", "env", "client"]

    def __repr__(self):
        return described(self, self.__slots__)


def described(value, names):
    return "%s([%s])" % (type(value).__name__, ",".join("%s=%s" % (name, getattr(value, name)) for name in names))


def json_header(headers, header, name):
    if not headers.get(header):
        return None
    try:
        return json.loads(headers[header])
    except Exception as error:
        raise Fault("LambdaContextUnmarshalError", "Unable to parse %s JSON: %s" % (name, error))


class LambdaContext:
    """The second argument of handlers."""

    def __init__(self, headers):
        self.aws_request_id = headers.get("lambda-runtime-aws-request-id")
        self.log_group_name = environ.get("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = environ.get("AWS_LAMBDA_LOG_STREAM_NAME")
        self.function_name = environ.get("AWS_LAMBDA_FUNCTION_NAME")
        self.memory_limit_in_mb = environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.function_version = environ.get("AWS_LAMBDA_FUNCTION_VERSION")
        self.invoked_function_arn = headers.get("lambda-runtime-invoked-function-arn")
        self.tenant_id = headers.get("lambda-runtime-aws-tenant-id")
        self.client_context = None
        client = json_header(headers, "lambda-runtime-client-context", "Client Context")
        if client is not None:
            self.client_context = fill(ClientContext(), client)
            if self.client_context.client is not None:
                self.client_context.client = fill(Client(), self.client_context.client)
        identity = json_header(headers, "lambda-runtime-cognito-identity", "Cognito Identity") or {}
        self.identity = CognitoIdentity()
        self.identity.cognito_identity_id = identity.get("cognitoIdentityId")
        self.identity.cognito_identity_pool_id = identity.get("cognitoIdentityPoolId")
        self._deadline = int(headers.get("lambda-runtime-deadline-ms", 0))

    def get_remaining_time_in_millis(self):
        return max(0, self._deadline - int(time.time() * 1000))

    def log(self, message):
        sys.stdout.write(str(message))

    def __repr__(self):
        return described(self, [
            "aws_request_id", "log_group_name", "log_stream_name", "function_name", "memory_limit_in_mb",
            "function_version", "invoked_function_arn", "client_context", "identity", "tenant_id",
        ])


def invoke(handler, headers, body):
    """Returns the bytes of the handler's response, and their type."""
    context = LambdaContext(headers)
    try:
        event = json.loads(body)
    except Exception as error:
        raise Fault("UnmarshalError", "Unable to unmarshal input: %s" % error)
    return result_of(handler(event, context))


# What Lambda's runtimes bring along, wherever this machine has it.
BROUGHT_ALONG = {"boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six", "urllib3", "simplejson"}


def warn_of_modules_outside(before, parts):
    """Warns of the modules that a function has imported and that are not in its code or
    its layers, but in a folder of this machine: on Lambda the import fails."""
    parts = tuple(os.path.join(os.path.realpath(part), "") for part in parts if part)
    for name, module in sorted(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if name in before or "." in name or name in BROUGHT_ALONG or not isinstance(file, str):
            continue
        if os.path.realpath(file).startswith(parts) or not {"site-packages", "dist-packages"} & set(file.split(os.sep)):
            continue
        logging.warning("The module %s is not in the function's code, but in %s. Lambda does not have it: there the import fails.", name, file)


def main():
    global request_id
    root = environ.get("LAMBDA_TASK_ROOT", os.getcwd())
    (asset, layers), last, sys.argv[1:] = sys.argv[1:3], sys.argv[3:], []
    # The folder of this file is no place for modules; that of the function is the first.
    sys.path[0] = root
    sys.path.extend(last)
    set_up_logging()
    api = API(environ["AWS_LAMBDA_RUNTIME_API"])
    before = set(sys.modules)
    try:
        handler = load(environ.get("_HANDLER", ""))
    except Exception as cause:
        error = error_of(cause)
        log_error(error)
        api.post_error("init/error", error)
        sys.exit(1)
    if asset == "asset":
        warn_of_modules_outside(before, [root] + layers.split(os.pathsep))
    while True:
        status, headers, body = api.call("GET", "invocation/next")
        if status != 200:
            sys.exit(1)
        request_id = headers["lambda-runtime-aws-request-id"]
        if "lambda-runtime-trace-id" in headers:
            environ["_X_AMZN_TRACE_ID"] = headers["lambda-runtime-trace-id"]
        else:
            environ.pop("_X_AMZN_TRACE_ID", None)
        try:
            result, kind = invoke(handler, headers, body)
        except Exception as cause:
            error = error_of(cause, request_id)
            log_error(error)
            api.post_error("invocation/%s/error" % request_id, error)
        else:
            api.call("POST", "invocation/%s/response" % request_id, [("Content-Type", kind)], result)


main()
