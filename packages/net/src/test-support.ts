import { performance } from 'node:perf_hooks';
import type { Clock, MonotonicMs, WallMs } from '@ringwall/base';
import type { Framed, Framer } from './framer.ts';
import type { TlsCertificate } from './tls-context.ts';

// What the tests of this package share.

export const REAL_CLOCK: Clock = {
  monotonic: () => performance.now() as MonotonicMs,
  wall: () => Date.now() as WallMs,
};

/** A message ends with a full stop, `\r\n\r\n` before one is a ping, and `!` is an error. */
export class SentenceFramer implements Framer {
  #pending = '';

  push(chunk: Uint8Array): Framed {
    this.#pending += Buffer.from(chunk).toString('latin1');
    const messages: Uint8Array[] = [];
    let pings = 0;
    for (;;) {
      if (this.#pending.startsWith('\r\n\r\n')) {
        pings++;
        this.#pending = this.#pending.slice(4);
        continue;
      }
      const end = this.#pending.search(/[.!]/);
      if (end < 0) return { messages, pings, error: undefined };
      if (this.#pending[end] === '!') return { messages, pings, error: { code: 'SHOUTING' } };
      messages.push(Buffer.from(this.#pending.slice(0, end + 1)));
      this.#pending = this.#pending.slice(end + 1);
    }
  }
}

/** Waits until `condition` holds, looking every few milliseconds; fails the test after five seconds. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  for (const started = performance.now(); performance.now() - started < 5_000; ) {
    if (condition()) return;
    await pause(5); // eslint-disable-line no-await-in-loop
  }
  throw new Error(`waited in vain until ${what}`);
}

export async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

/** Made for these tests with `openssl req -x509`, for nobody's use: first.example.com and second.example.com. */
export const FIRST_CERTIFICATE: TlsCertificate = {
  certificate: `-----BEGIN CERTIFICATE-----
MIIBrTCCAVOgAwIBAgIUeRSM2msvZP4j0vGyXOYwUFPjL3kwCgYIKoZIzj0EAwIw
HDEaMBgGA1UEAwwRZmlyc3QuZXhhbXBsZS5jb20wIBcNMjYxMTIyMDM1NTUyWhgP
MjEyNjEwMjkwMzU1NTJaMBwxGjAYBgNVBAMMEWZpcnN0LmV4YW1wbGUuY29tMFkw
EwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAErSx+LF6h+qofpKV57Mzz+19oD5kWcwIt
HS42vlGWAZZRuj3y96e01HsGgoNO9nAt7nRaa1at3eHiMJFzw9Y+SKNxMG8wHQYD
VR0OBBYEFIo746UZJZnd9e93DK0Eo8u9TwuLMB8GA1UdIwQYMBaAFIo746UZJZnd
9e93DK0Eo8u9TwuLMA8GA1UdEwEB/wQFMAMBAf8wHAYDVR0RBBUwE4IRZmlyc3Qu
ZXhhbXBsZS5jb20wCgYIKoZIzj0EAwIDSAAwRQIhAOmDj+hXLHrtGyCZPJ+h4QKu
Qblyg1uPwzUco7I+fgoVAiB4SKhdVTBN7tQnOrXim/MZzlchMUkrKhDzqSOHwr5K
7w==
-----END CERTIFICATE-----
`,
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQghfavqlc966P8qWoq
cDAtJjylsjGsNHpreJ+6wkuU7tihRANCAAStLH4sXqH6qh+kpXnszPP7X2gPmRZz
Ai0dLja+UZYBllG6PfL3p7TUewaCg072cC3udFprVq3d4eIwkXPD1j5I
-----END PRIVATE KEY-----
`,
};

export const SECOND_CERTIFICATE: TlsCertificate = {
  certificate: `-----BEGIN CERTIFICATE-----
MIIBsDCCAVagAwIBAgIUWbZ6jg5OT2b+H5wgOJ4YzXqsi1cwCgYIKoZIzj0EAwIw
HTEbMBkGA1UEAwwSc2Vjb25kLmV4YW1wbGUuY29tMCAXDTI2MTEyMjAzNTU1MloY
DzIxMjYxMDI5MDM1NTUyWjAdMRswGQYDVQQDDBJzZWNvbmQuZXhhbXBsZS5jb20w
WTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAT7pPzhrDUbm2P3BpgQDnFCzBQAHU7k
1yI2+h5nGubITpbJi3+hhWl2P7YtA8GBRh6qvaIQNbdV67rEOQssrVtpo3IwcDAd
BgNVHQ4EFgQUhjHO6SR7eKMcTXyEp0M03HxWjMQwHwYDVR0jBBgwFoAUhjHO6SR7
eKMcTXyEp0M03HxWjMQwDwYDVR0TAQH/BAUwAwEB/zAdBgNVHREEFjAUghJzZWNv
bmQuZXhhbXBsZS5jb20wCgYIKoZIzj0EAwIDSAAwRQIgYbDxbM+HX0qAD2g3KwyA
J9q21dW99Mz2HpKSFGQzI0cCIQC1klLmbBPc59JHY4kKYc6k2k9ggQW55HPESKbU
stfTlg==
-----END CERTIFICATE-----
`,
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgFgowKmEK2wwzdnio
HKCeCXRXn8V6OPR3TjCnEOlQcGyhRANCAAT7pPzhrDUbm2P3BpgQDnFCzBQAHU7k
1yI2+h5nGubITpbJi3+hhWl2P7YtA8GBRh6qvaIQNbdV67rEOQssrVtp
-----END PRIVATE KEY-----
`,
};

/** Likewise; it names provider.example in its common name alone, and 127.0.0.9 where names belong. */
export const COMMON_NAME_CERTIFICATE: TlsCertificate = {
  certificate: `-----BEGIN CERTIFICATE-----
MIIBnjCCAUSgAwIBAgIUVhGeF0FrVBogxzb344JSEsa9waYwCgYIKoZIzj0EAwIw
GzEZMBcGA1UEAwwQcHJvdmlkZXIuZXhhbXBsZTAgFw0yNjExMjUyMTU4MzNaGA8y
MTI2MTEwMTIxNTgzM1owGzEZMBcGA1UEAwwQcHJvdmlkZXIuZXhhbXBsZTBZMBMG
ByqGSM49AgEGCCqGSM49AwEHA0IABDCVkmh0tkH1/RK3rg7M0L9vtpbIy+KEUVEp
On5OCmulOCbiInxaPTRmiq68blMgQc8qen5vcOcc8bH0O+Y3nrSjZDBiMB0GA1Ud
DgQWBBRjSw0XypoSMUPyzELXzxSZHRIl2TAfBgNVHSMEGDAWgBRjSw0XypoSMUPy
zELXzxSZHRIl2TAPBgNVHRMBAf8EBTADAQH/MA8GA1UdEQQIMAaHBH8AAAkwCgYI
KoZIzj0EAwIDSAAwRQIhAJiXgX2FRWei4OBm2Wst1pOCIJ6rnwy6jPNTT8rtMu3k
AiAiWHLhLYAUkJQtT+KdU42Vp7gufJbw1B4bmCv7XKFUTQ==
-----END CERTIFICATE-----
`,
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg2rWrSEorbLmoBw4n
3KwTT/YGdGYqtZQ2VhvzvAo4/dChRANCAAQwlZJodLZB9f0St64OzNC/b7aWyMvi
hFFRKTp+TgprpTgm4iJ8Wj00ZoquvG5TIEHPKnp+b3DnHPGx9DvmN560
-----END PRIVATE KEY-----
`,
};
