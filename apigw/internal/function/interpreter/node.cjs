// The client of the Lambda Runtime API for functions in Node.js. It does what
// Lambda's own does (aws/aws-lambda-nodejs-runtime-interface-client), in its words.
'use strict';

const fs = require('fs');
const Module = require('module');
const net = require('net');
const path = require('path');
const { Writable } = require('stream');
const util = require('util');
const { pathToFileURL } = require('url');

const env = process.env;
const taskRoot = env.LAMBDA_TASK_ROOT ?? process.cwd();
// Since this version of Lambda's runtime there are no callbacks.
const withoutCallbacks = Number(/nodejs(\d+)/.exec(env.AWS_EXECUTION_ENV)?.[1] ?? 0) >= 24;

// What goes wrong before or around a handler has one of these types.
const errors = {};
for (const name of ['ImportModuleError', 'HandlerNotFound', 'MalformedHandlerName', 'UserCodeSyntaxError', 'CallbackHandlerDeprecated',
  'JSONStringifyError', 'NodeJsExit', 'UnhandledPromiseRejection']) {
  errors[name] = class extends Error {};
  errors[name].prototype.name = `Runtime.${name}`;
}

// reported returns the JSON that Lambda's callers see of an error.
function reported(error) {
  try {
    const like = error && [error.name, error.message, error.stack].every((text) => text && typeof text === 'string');
    if (util.types.isNativeError(error) || like) {
      return { errorType: error.name, errorMessage: error.message, trace: error.stack.split('\n') };
    }
    return { errorType: typeof error, errorMessage: error.toString(), trace: [] };
  } catch {
    return {
      errorType: 'handled',
      errorMessage: 'callback called with Error argument, but there was a problem while retrieving one or more of its message, name, and stack',
    };
  }
}

// ---- The log.

let requestID; // of the current invocation, or the last one

// write writes at once: what waits in this process is lost when it is killed.
function write(text) {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length;) {
    try {
      at += fs.writeSync(1, bytes, at);
    } catch (error) {
      if (error.code !== 'EAGAIN') return; // nobody reads any more
    }
  }
}

function logText(level, ...values) {
  write(`${new Date().toISOString()}\t${requestID}\t${level}\t${util.format(...values)}\n`);
}

function logJSON(level, ...values) {
  const line = { timestamp: new Date().toISOString(), level, requestId: requestID };
  const plain = (_, value) => value instanceof Error
    ? { errorType: value.constructor?.name ?? 'UnknownError', errorMessage: value.message, stackTrace: value.stack?.split?.('\n') ?? value.stack, ...value }
    : value;
  if (values.length === 1) {
    try {
      write(JSON.stringify({ ...line, message: values[0] }, plain) + '\n');
      return;
    } catch { /* such as a circle */ }
  }
  line.message = util.format(...values);
  const error = values.length > 1 && values.find((value) => value instanceof Error);
  if (error) {
    Object.assign(line, { errorType: error.constructor?.name ?? 'UnknownError', errorMessage: error.message, stackTrace: error.stack?.split?.('\n') ?? [] });
  }
  write(JSON.stringify(line) + '\n');
}

const inJSON = env.AWS_LAMBDA_LOG_FORMAT?.toUpperCase() === 'JSON';

function patchConsole() {
  const levels = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];
  const least = Math.max(0, levels.indexOf(env.AWS_LAMBDA_LOG_LEVEL?.toUpperCase()));
  const log = inJSON ? logJSON : logText;
  levels.forEach((level, i) => {
    // Those without any value say undefined, as on Lambda.
    console[level.toLowerCase()] = i < least ? () => {} : (value, ...more) => log(level, value, ...more);
  });
  console.log = console.info;
}

// logError writes an error as Lambda does: what happened, a tab, and JSON.
function logError(what, cause) {
  const error = cause instanceof Error ? cause : new Error(cause);
  if (inJSON) {
    console.error(error);
    return;
  }
  const plain = (_, value) => value instanceof Error
    ? { errorType: value.name, errorMessage: value.message, code: value.code, ...value, ...(typeof value.stack === 'string' && { stack: value.stack.split('\n') }) }
    : value;
  let text;
  try {
    text = JSON.stringify(error, plain);
  } catch {
    text = JSON.stringify(reported(error));
  }
  console.error(what, '\t' + text);
}

// ---- The Runtime API, over one connection.

const api = {
  socket: undefined,
  done: undefined, // takes the response that is awaited
  posting: false, // it is that of a POST
  streaming: false, // whose body is not over yet
  read: [], size: 0, // of that response

  connect() {
    const at = env.AWS_LAMBDA_RUNTIME_API.lastIndexOf(':');
    this.socket = net.connect({ host: env.AWS_LAMBDA_RUNTIME_API.slice(0, at), port: Number(env.AWS_LAMBDA_RUNTIME_API.slice(at + 1)), noDelay: true });
    this.socket.on('data', (chunk) => this.receive(chunk));
    this.socket.on('close', () => process.exit(1)); // the host has ended
    this.socket.on('error', () => {});
    this.socket.unref(); // until there is a request
  },

  receive(chunk) {
    this.read.push(chunk);
    this.size += chunk.length;
    const head = this.head ?? this.parse();
    if (!head || this.size < head.from + head.length) return;
    const body = Buffer.concat(this.read).subarray(head.from, head.from + head.length);
    const done = this.done;
    this.head = this.done = undefined;
    this.posting = false;
    this.read = [];
    this.size = 0;
    this.socket.unref(); // only what the function does keeps the process busy now
    done?.(head, body);
  },

  parse() {
    if (this.read.length > 1) this.read = [Buffer.concat(this.read)];
    const end = this.read[0].indexOf('\r\n\r\n');
    if (end < 0) return undefined;
    const [status, ...lines] = this.read[0].toString('latin1', 0, end).split('\r\n');
    const headers = {};
    for (const line of lines) {
      const colon = line.indexOf(':');
      headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
    }
    this.head = { status: Number(status.split(' ')[1]), headers, from: end + 4, length: Number(headers['content-length'] ?? 0) };
    return this.head;
  },

  // begin sends the head of a request; done gets the head and body of its response.
  begin(method, resource, headers, done) {
    this.done = done;
    this.posting = method === 'POST';
    this.socket.ref();
    let head = `${method} /2018-06-01/runtime/${resource} HTTP/1.1\r\nHost: ${env.AWS_LAMBDA_RUNTIME_API}\r\n`;
    for (const [name, value] of Object.entries(headers)) {
      head += `${name}: ${value}\r\n`;
    }
    return head + '\r\n';
  },

  next(done) {
    this.socket.write(this.begin('GET', 'invocation/next', {}, done));
  },

  post(resource, headers, text, done) {
    const body = Buffer.from(text);
    const head = this.begin('POST', resource, { 'Content-Type': 'application/json', 'Content-Length': body.length, ...headers }, done);
    if (body.length < 16384) {
      this.socket.write(Buffer.concat([Buffer.from(head), body]));
    } else {
      this.socket.cork();
      this.socket.write(head);
      this.socket.write(body);
      this.socket.uncork();
    }
  },
};

// headerText returns a text that can be in a header.
const headerText = (text) => String(text).replace(/[^\x20-\x7e]/g, '?');

function postError(error, resource, done) {
  const response = reported(error);
  api.post(resource, { 'Lambda-Runtime-Function-Error-Type': headerText(response.errorType) }, JSON.stringify(response), done);
}

// ---- Streamed results.

const streams = Symbol.for('aws.lambda.runtime.handler.streaming');

// ResponseStream is the result of a function that streams: a POST whose body is sent
// as it is written.
class ResponseStream extends Writable {
  #resource;
  #done; // takes the response to the POST
  #type = 'application/octet-stream';
  #begun = false;
  metadata; // that comes before the body, as JSON

  constructor(resource, done) {
    super({ decodeStrings: true });
    this.#resource = resource;
    this.#done = done;
  }

  get begun() { return this.#begun; }

  setContentType(type) { this.#type = type; }

  // begin sends what comes before the first byte.
  #begin() {
    if (this.#begun) return;
    this.#begun = api.streaming = true;
    api.socket.write(api.begin('POST', this.#resource, {
      'Content-Type': headerText(this.#type), 'Lambda-Runtime-Function-Response-Mode': 'streaming', 'Transfer-Encoding': 'chunked',
      'Trailer': 'Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body',
    }, this.#done));
    if (this.metadata !== undefined) this.#chunk(Buffer.from(JSON.stringify(this.metadata) + '\0'.repeat(8)));
  }

  #chunk(bytes, done) {
    if (bytes.length === 0) { // which would be the end
      done?.();
      return;
    }
    api.socket.write(Buffer.concat([Buffer.from(bytes.length.toString(16) + '\r\n'), bytes, Buffer.from('\r\n')]), done);
  }

  _write(bytes, _, done) {
    this.#begin();
    this.#chunk(bytes, done);
  }

  _final(done) {
    this.#begin();
    api.streaming = false;
    api.socket.write('0\r\n\r\n', done);
  }

  // fail ends a result that has begun with an error.
  fail(error) {
    const response = reported(error);
    api.streaming = false;
    this.destroy();
    api.socket.write('0\r\nLambda-Runtime-Function-Error-Type: ' + headerText(response.errorType) +
      '\r\nLambda-Runtime-Function-Error-Body: ' + Buffer.from(JSON.stringify(response)).toString('base64') + '\r\n\r\n');
  }
}

// What functions find as awslambda.
globalThis.awslambda = {
  streamifyResponse(handler) {
    handler[streams] = true;
    return handler;
  },
  HttpResponseStream: class {
    static from(stream, metadata) {
      stream.setContentType('application/vnd.awslambda.http-integration-response');
      stream.metadata = metadata;
      return stream;
    }
  },
};

// ---- The function.

// load returns the function that a handler such as folder/file.name names.
async function load(handler) {
  if (handler.includes('..')) {
    throw new errors.MalformedHandlerName(`'${handler}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`);
  }
  const base = path.basename(handler);
  const folder = handler.slice(0, handler.indexOf(base));
  const parts = /^([^.]*)\.(.*)$/.exec(base);
  if (!parts) {
    throw new errors.MalformedHandlerName('Bad handler');
  }
  let found;
  try {
    found = await loadModule(folder, parts[1]);
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw withPlace(new errors.UserCodeSyntaxError(error), error);
    }
    if (error?.code === 'MODULE_NOT_FOUND') {
      throw withPlace(new errors.ImportModuleError(error), error);
    }
    throw error;
  }
  for (const name of parts[2].split('.')) {
    found = found && found[name];
  }
  if (!found) {
    throw new errors.HandlerNotFound(`${handler} is undefined or not exported`);
  }
  if (typeof found !== 'function') {
    throw new errors.HandlerNotFound(`${handler} is not a function`);
  }
  return found;
}

// withPlace gives an error the stack of its cause, which says in which file of the
// function it is. Lambda has only its own stack up to Node.js 22.
function withPlace(error, cause) {
  const repeated = `${cause.name}: ${cause.message}\n`;
  error.stack = `${error.name}: ${error.message}\n` + (cause.stack.startsWith(repeated) ? cause.stack.slice(repeated.length) : cause.stack);
  return error;
}

async function loadModule(folder, name) {
  const file = path.resolve(taskRoot, folder, name);
  if (fs.existsSync(file)) return require(file); // a folder too: ".handler" is in its index.js
  if (fs.existsSync(file + '.js')) {
    return isModule(path.dirname(file)) ? importFile(file + '.js') : require(file + '.js');
  }
  if (fs.existsSync(file + '.mjs')) return importFile(file + '.mjs');
  if (fs.existsSync(file + '.cjs')) return require(file + '.cjs');
  return require(require.resolve(name, { paths: [taskRoot, path.resolve(taskRoot, folder)] }));
}

// What Lambda's runtimes bring along, wherever this machine has it: the SDK, of which
// the older version went with Node.js 18.
const broughtAlong = Number(/nodejs(\d+)/.exec(env.AWS_EXECUTION_ENV)?.[1] ?? 0) < 18 ? /^aws-sdk(\/|$)/ : /^@(aws-sdk|smithy)\//;

// outside warns of the modules that a function imports and that are not in its code or
// its layers, but in a folder of this machine: on Lambda the import fails.
function outside(layers) {
  const parts = [taskRoot, ...layers].map((folder) => path.join(real(folder), path.sep));
  const own = (file) => typeof file === 'string' && parts.some((part) => real(file).startsWith(part));
  const told = new Set();
  const resolve = Module._resolveFilename;
  Module._resolveFilename = function (name, parent, ...rest) {
    const file = resolve.call(this, name, parent, ...rest);
    if (path.isAbsolute(file) && !path.isAbsolute(name) && own(parent?.filename) && !own(file)) tell(told, name, file);
    return file;
  };
}

function real(file) {
  try {
    return fs.realpathSync(file);
  } catch {
    return file;
  }
}

function tell(told, name, file) {
  const module = /^(@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name;
  if (broughtAlong.test(name) || told.has(module)) return;
  told.add(module);
  logText('WARN', `The module ${module} is not in the function's code, but in ${file}. Lambda does not have it: there the import fails.`);
}

function importFile(file) {
  heedNodePath();
  return import(pathToFileURL(file));
}

// isModule reports whether the .js files of a folder are ES modules.
function isModule(folder) {
  for (;; folder = path.dirname(folder)) {
    if (path.basename(folder) === 'node_modules') return false;
    const file = path.join(folder, 'package.json');
    if (fs.existsSync(file)) {
      try {
        return JSON.parse(fs.readFileSync(file, 'utf8'))?.type === 'module';
      } catch (error) {
        console.warn(`${file} cannot be read, it will be ignored for ES module detection purposes.`, error);
        return false;
      }
    }
    if (folder === path.dirname(folder)) return false;
  }
}

// heedNodePath lets ES modules import what is in the folders of NODE_PATH, too, as
// Lambda does: layers, and the AWS SDK.
function heedNodePath() {
  const parents = (env.NODE_PATH ?? '').split(path.delimiter)
    .filter((folder) => path.basename(folder) === 'node_modules')
    .map((folder) => pathToFileURL(path.dirname(folder)).href + '/');
  if (parents.length === 0) return;
  const missing = (name, error) => error?.code === 'ERR_MODULE_NOT_FOUND' && !/^([./#]|[a-z]+:)/.test(name);
  if (Module.registerHooks) {
    Module.registerHooks({
      resolve(name, context, next) {
        try {
          return next(name, context);
        } catch (error) {
          if (!missing(name, error)) throw error;
          for (const parentURL of parents) {
            try {
              return next(name, { ...context, parentURL });
            } catch { /* perhaps in the next one */ }
          }
          throw error;
        }
      },
    });
    return;
  }
  Module.register('data:text/javascript,' + encodeURIComponent(`
    const parents = ${JSON.stringify(parents)}, missing = ${missing};
    export async function resolve(name, context, next) {
      try {
        return await next(name, context);
      } catch (error) {
        if (!missing(name, error)) throw error;
        for (const parentURL of parents) {
          try {
            return await next(name, { ...context, parentURL });
          } catch { /* perhaps in the next one */ }
        }
        throw error;
      }
    }`));
}

// ---- Invocations.

// whenIdle is called when the function has nothing to do any more: no timer, no
// open connection.
const nothing = () => {};
let whenIdle = nothing;

// onCrash takes errors that nobody catches.
let onCrash = (error, status) => postError(error, 'init/error', () => process.exit(status));

function crash(error, status) {
  if (api.streaming) {
    onCrash(error, status); // the result has only begun
  } else if (api.posting) {
    api.done = () => process.exit(status); // the result is on its way
  } else if (api.done) {
    process.exit(status); // between two invocations nobody wants to know
  } else {
    onCrash(error, status);
  }
}

function invoke(handler, head, body) {
  const { headers } = head;
  if (head.status !== 200) process.exit(1);
  const id = requestID = headers['lambda-runtime-aws-request-id'];
  if (headers['lambda-runtime-trace-id']) {
    env._X_AMZN_TRACE_ID = headers['lambda-runtime-trace-id'];
  } else {
    delete env._X_AMZN_TRACE_ID;
  }
  const next = () => setImmediate(() => api.next((head, body) => invoke(handler, head, body)));
  const fail = (error) => {
    logError('Invoke Error', error);
    postError(error, `invocation/${id}/error`, next);
  };
  onCrash = (error, status) => postError(error, `invocation/${id}/error`, () => process.exit(status));
  const succeed = (result) => {
    let text;
    try {
      text = JSON.stringify(result === undefined ? null : result) ?? 'null';
    } catch {
      throw new Error('Unable to stringify response body');
    }
    api.post(`invocation/${id}/response`, {}, text, next);
  };
  if (handler[streams]) {
    invokeStreaming(handler, body, headers, new ResponseStream(`invocation/${id}/response`, next), fail);
    return;
  }
  (withoutCallbacks ? invokeAsync : invokeAny)(handler, body, headers, succeed, fail);
}

// contextOf returns the members of the context that every handler gets.
function contextOf(headers) {
  const json = (name, value) => {
    if (value === undefined) return undefined;
    try {
      return JSON.parse(value);
    } catch (error) {
      throw new Error(`Cannot parse ${name} as json: ${error.toString()}`);
    }
  };
  const deadline = headers['lambda-runtime-deadline-ms'];
  return {
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: json('ClientContext', headers['lambda-runtime-client-context']),
    identity: json('CognitoIdentity', headers['lambda-runtime-cognito-identity']),
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    tenantId: headers['lambda-runtime-aws-tenant-id'],
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
}

const neverSettled = () => new errors.NodeJsExit('The Lambda runtime client detected an unexpected Node.js exit code. This is most commonly caused by a Promise that was never settled. For more information, see https://nodejs.org/docs/latest/api/process.html#exit-codes');

// invokeAny calls a handler that may end by a callback, a promise, or its context.
function invokeAny(handler, body, headers, succeed, fail) {
  let wait = true;
  let finished = false; // the function has said how it ended
  const once = (end) => (...values) => {
    if (finished) return;
    end(...values);
    finished = true; // not if the result cannot be JSON: then it may still fail
  };
  const end = (error, result) => {
    whenIdle = nothing;
    if (error !== undefined && error !== null) fail(error);
    else succeed(result);
  };
  const callback = once((error, result) => {
    if (error === undefined || error === null) {
      if (wait) {
        whenIdle = () => {
          whenIdle = nothing;
          setImmediate(() => succeed(result));
        };
        return;
      }
    }
    end(error, result);
  });
  whenIdle = () => { // it has forgotten to say so
    whenIdle = nothing;
    finished = true;
    if (handler.constructor?.name === 'AsyncFunction') {
      fail(neverSettled());
    } else {
      succeed(null);
    }
  };
  try {
    const context = {
      get callbackWaitsForEmptyEventLoop() { return wait; },
      set callbackWaitsForEmptyEventLoop(value) { wait = value; },
      succeed: once((result) => end(null, result)),
      fail: once((error) => end(error ?? 'handled')),
      done: once(end),
    };
    const event = JSON.parse(body);
    const result = handler(event, Object.assign(context, contextOf(headers)), callback);
    if (typeof result?.then === 'function') {
      result.then(context.succeed, context.fail).catch(context.fail);
    }
  } catch (error) {
    callback(error);
  }
}

// invokeAsync calls a handler whose result, or that of its promise, is the response.
async function invokeAsync(handler, body, headers, succeed, fail) {
  let over = false;
  whenIdle = () => {
    whenIdle = nothing;
    over = true;
    fail(neverSettled());
  };
  let end;
  try {
    const result = await handler(JSON.parse(body), contextOf(headers));
    end = () => succeed(result);
  } catch (error) {
    end = () => fail(error);
  }
  if (over) return;
  whenIdle = nothing;
  try {
    end();
  } catch (error) {
    fail(new errors.JSONStringifyError(error.message));
  }
}

// invokeStreaming calls a handler that writes its result. The invocation is over when
// the result is.
async function invokeStreaming(handler, body, headers, stream, fail) {
  let over = false;
  const failed = (error) => {
    if (over) return;
    over = true;
    whenIdle = nothing;
    if (!stream.begun) {
      stream.destroy();
      fail(error);
      return;
    }
    logError('Invoke Error', error);
    stream.fail(error);
  };
  stream.on('error', failed);
  stream.on('finish', () => {
    over = true;
    whenIdle = nothing;
  });
  whenIdle = () => failed(neverSettled()); // nobody will end it
  onCrash = (error, status) => {
    over = true;
    whenIdle = nothing;
    if (stream.begun) {
      stream.fail(error);
      api.done = () => process.exit(status);
    } else {
      postError(error, `invocation/${requestID}/error`, () => process.exit(status));
    }
  };
  try {
    await handler(JSON.parse(body), stream, contextOf(headers));
  } catch (error) {
    failed(error);
  }
}

async function main() {
  patchConsole();
  process.on('uncaughtException', (error) => {
    logError('Uncaught Exception', error);
    crash(error, 129);
  });
  process.on('unhandledRejection', (reason, promise) => {
    const error = Object.assign(new errors.UnhandledPromiseRejection(reason), { reason, promise });
    logError('Unhandled Promise Rejection', error);
    crash(error, 128);
  });
  process.on('beforeExit', () => whenIdle());
  api.connect();
  const [whence, layers] = process.argv.splice(2);
  if (whence === 'asset') outside(layers.split(path.delimiter).filter(Boolean));
  let handler;
  try {
    handler = await load(env._HANDLER ?? '');
    if (withoutCallbacks && handler.length >= 3 && !handler[streams]) {
      throw new errors.CallbackHandlerDeprecated('ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to modify this function to use a supported handler signature to use Node.js 24 or later. For more information see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.');
    }
  } catch (error) {
    logError('Uncaught Exception', error);
    crash(error, 129);
    return;
  }
  api.next((head, body) => invoke(handler, head, body));
}

main();
