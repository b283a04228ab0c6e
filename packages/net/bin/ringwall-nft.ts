#!/usr/bin/env node
// The only part of Ringwall that changes the kernel's packet filter; see src/nftables in README.md.
import { runNftHelper } from '../src/nftables/helper.ts';

runNftHelper();
