// The function is not async, so that nobody waits for what it returns.
exports.handler = (event) => {
  return { statusCode: 200, body: JSON.stringify({ Hello: "World" }) };
};
