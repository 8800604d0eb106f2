// The body is an object. It looks right in the code and in the log.
exports.handler = async (event) => {
  return {
    statusCode: 200,
    headers: { "Content-Type": "application/json" },
    body: { Hello: "World" },
  };
};
