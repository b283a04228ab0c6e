interface SoftwareVersion {
  readonly major: number;
  readonly minor: number;
}

/**
 * Software that does SHA-256 if it stands in the first challenge, from which version on. A name stands for all that
 * begin with it: `linphone` for LinphoneAndroid, Linphone-Desktop and LinphoneiOS.
 *
 * Where it is not known for sure when a phone learned it, the later version stands here: with MD5 first it works
 * all the same.
 */
const SHA256_SINCE: readonly (readonly [name: string, since: SoftwareVersion])[] = [
  ['baresip', { major: 3, minor: 12 }],
  ['linphone', { major: 4, minor: 0 }],
  ['microsip', { major: 3, minor: 22 }],
  ['pjsua', { major: 2, minor: 12 }],
];

/** `Name/1.2`, `Name v1.2`, `Name 1.2`. */
const PRODUCT = /^([A-Za-z][A-Za-z0-9_-]{0,40})[/ ]v?(\d{1,4})\.(\d{1,4})/;

/**
 * Which challenge does this User-Agent want to read first?
 *
 * RFC 8760 2.3 wants the one that we prefer first. But many phones look at the first alone and give up if it is not MD5,
 * so the stronger one comes first only for software that is known to do it. The account has no say in it: the
 * order of challenges would tell a stranger whether it exists.
 */
export function wantsSha256First(userAgent: string | undefined): boolean {
  const product = PRODUCT.exec(userAgent ?? '');
  if (product === null) return false;
  const [, name = '', major, minor] = product;
  const lowerName = name.toLowerCase();
  const since = SHA256_SINCE.find(([known]) => lowerName.startsWith(known))?.[1];
  if (since === undefined) return false;
  const older = Number(major) - since.major || Number(minor) - since.minor;
  return older >= 0;
}
