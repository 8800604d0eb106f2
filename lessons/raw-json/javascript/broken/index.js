// The hello world of the getting-started guides. The second argument of callback
// is the result of the function.
exports.handler = (event, context, callback) => {
  callback(null, { Hello: "World" });
};
