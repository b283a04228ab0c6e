/** The values of every header field of that name, in order; names are compared without regard to case. */
export function fields(message: string, name: string): readonly string[] {
  const wanted = `${name.toLowerCase()}:`;
  const values: string[] = [];
  for (const line of headOf(message).split('\r\n')) {
    if (line.slice(0, wanted.length).toLowerCase() === wanted) values.push(line.slice(wanted.length).trim());
  }
  return values;
}

export function field(message: string, name: string): string {
  return fields(message, name)[0] ?? '';
}

function headOf(message: string): string {
  const end = message.indexOf('\r\n\r\n');
  return end < 0 ? message : message.slice(0, end);
}

export function bodyOf(message: string): string {
  const end = message.indexOf('\r\n\r\n');
  return end < 0 ? '' : message.slice(end + 4);
}

/** The URI between angle brackets, or up to the first parameter. */
export function uriIn(value: string): string {
  return /<([^>]*)>/.exec(value)?.[1] ?? value.split(';')[0]?.trim() ?? '';
}

/** Where a session description wants its audio: the address of its first `c=` line, the port of its first `m=`. */
export function audioTarget(sdp: string): { readonly address: string; readonly port: number } | undefined {
  const address = /^c=IN IP4 (\S+)/m.exec(sdp)?.[1];
  const port = Number(/^m=audio (\d+)/m.exec(sdp)?.[1]);
  return address === undefined || !Number.isInteger(port) ? undefined : { address, port };
}

/** G.711 alone, both ways. */
export function sessionDescription(address: string, port: number): string {
  return (
    `v=0\r\no=- 1 1 IN IP4 ${address}\r\ns=-\r\nc=IN IP4 ${address}\r\nt=0 0\r\n` +
    `m=audio ${port} RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\na=ptime:20\r\n`
  );
}
