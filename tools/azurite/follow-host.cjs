// Loaded before Azurite (node --require): makes it live exactly as long as the program that started it.
//
// - Standard input is a pipe from that program. Its end, however the program ended, asks Azurite for an
//   orderly close, which is what writes its data to disk. So no emulator is ever left behind.
// - Ctrl-C goes to every process of the terminal. The program must be able to finish its own requests
//   first, so Azurite does not listen to it.
'use strict';

const once = process.once;
process.once = function (event, listener) {
  return event === 'SIGINT' ? process : once.call(process, event, listener);
};
process.on('SIGINT', () => {});

process.stdin.on('end', () => process.kill(process.pid, 'SIGTERM'));
process.stdin.on('error', () => process.kill(process.pid, 'SIGTERM'));
process.stdin.resume();
