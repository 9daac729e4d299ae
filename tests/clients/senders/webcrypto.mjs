// To be imported first: what packages take for granted, and Node 18, which is
// Debian 12's, only has as a module.
import { webcrypto } from 'node:crypto';

globalThis.crypto ??= webcrypto;
