// Loaded before the bundler, which listens on every interface and has no option for it: what it serves here is nobody
// else's. What it sends goes to the address of the node that it was given.
const { Server } = require("node:net");

const { listen } = Server.prototype;
Server.prototype.listen = function (first, ...rest) {
  if (typeof first !== "object" || first === null || !("port" in first)) {
    throw new Error("The bundler listens in a way that this file does not know.");
  }
  return listen.call(this, { ...first, host: "127.0.0.1" }, ...rest);
};
