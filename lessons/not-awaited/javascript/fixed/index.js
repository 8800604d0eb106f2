// An async function returns a promise, and Lambda takes the result out of it.
exports.handler = async (event) => {
  return { statusCode: 200, body: JSON.stringify({ Hello: "World" }) };
};
