// The text of worker.js with all that it imports: it is put in here where the modules are joined, so that
// a thread can be made of it without asking a server.

export const WORKER = "";
