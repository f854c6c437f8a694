// The text of vendor/lean-qr.cjs: it is put in here where the modules are joined, so that a thread can be
// made of it when the first code is asked for, without asking a server. A saved page goes without.

export const QR = "";
