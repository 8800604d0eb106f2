// One of the names is not the documented one.
exports.handler = async (event) => {
  return {
    status: 200,
    headers: { "Content-Type": "text/plain" },
    body: "hello",
  };
};
