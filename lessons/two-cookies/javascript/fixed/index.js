// A header that comes more than once is in multiValueHeaders.
exports.handler = async (event) => {
  return {
    statusCode: 200,
    multiValueHeaders: { "Set-Cookie": ["session=1", "theme=dark"] },
    body: JSON.stringify({ Hello: "World" }),
  };
};
