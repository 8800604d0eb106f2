// The documented shape, with the documented names.
exports.handler = async (event) => {
  return {
    statusCode: 200,
    headers: { "Content-Type": "text/plain" },
    body: "hello",
    isBase64Encoded: false,
  };
};
