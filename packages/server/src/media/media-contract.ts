import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { test } from 'node:test';
import { decodeMuLaw, type LegId, readTelephoneEvent, toneStrength } from '@ringwall/media';
import { format, LOCAL, type NewMedia, Service, talk, UdpPhone, until } from './media-test-support.ts';

/** What every media service must do, whatever it is made of: run by the tests of each. */

/** @param firstPort 100 ports from here on are used, on the loopback addresses. */
export function testMediaContract(create: NewMedia, firstPort: number): void {
  test('a leg has a pair of ports of its own, and its end tells what was counted', async (t) => {
    const service = new Service(t, create, firstPort);
    const ports = await Promise.all(['a', 'b', 'c'].map((leg) => service.open(leg)));
    assert.equal(new Set(ports).size, 3);
    for (const port of ports) assert.ok(port % 2 === 0 && port >= firstPort && port < firstPort + 100);
    const closed = await service.closeLeg('a');
    assert.equal(closed.statistics.packetsReceived, 0);
    const statistics = await service.media.statistics();
    assert.equal(statistics.portPairsTaken, 2);
    assert.equal(statistics.portPairsResting, 0);
    assert.equal(statistics.legs, 2);
  });

  test('what is closed is answered, even if it was never open or is not yet', async (t) => {
    const service = new Service(t, create, firstPort);
    await service.closeLeg('nobody');
    service.media.perform({ do: 'open-leg', leg: 'early' as LegId, family: 4 });
    await service.closeLeg('early');
    assert.ok(!service.events.some((event) => event.kind === 'leg-failed'));
  });

  test('sound and reports pass between two phones, and stop when the legs are parted', async (t) => {
    const service = new Service(t, create, firstPort);
    const [a, b] = [await UdpPhone.open(t, 'a'), await UdpPhone.open(t, 'b')];
    await a.attach(service);
    await b.attach(service, {}, 'a');
    service.join('a', 'b');
    await talk(a, b);
    a.report();
    await until('a report', () => b.reports > 0);
    service.media.perform({ do: 'part-legs', legs: ['a' as LegId, 'b' as LegId] });
    await service.media.statistics();
    const heard = b.heard.length;
    for (let i = 0; i < 5; i++) a.speak();
    const { statistics } = await service.closeLeg('a');
    assert.ok(b.heard.length <= heard + 1);
    assert.ok(statistics.packetsReceived >= 5);
    assert.ok(statistics.packetsSent >= 5);
    const totals = await service.media.statistics();
    assert.ok(totals.packetsReceived >= 10);
  });

  test('each leg has its own protection and payload types', async (t) => {
    const service = new Service(t, create, firstPort);
    const [a, b] = [await UdpPhone.open(t, 'a', true), await UdpPhone.open(t, 'b')];
    const formats = [format(8, 'PCMA'), format(0, 'PCMU'), format(96, 'TELEPHONE-EVENT')];
    await a.attach(service);
    await b.attach(service, { receives: formats, sends: formats });
    service.join('a', 'b');
    await talk(a, b);
    a.speak(101);
    await until('a key press', () => b.heard.some((packet) => packet.payloadType === 96));
  });

  for (const secure of [false, true]) {
    const how = secure ? 'over SRTP' : 'in the clear';
    test(`the house plays a tone to the end, in step and in one stream, ${how}`, async (t) => {
      const service = new Service(t, create, firstPort);
      const a = await UdpPhone.open(t, 'a', secure);
      await a.attach(service);
      const tones = [
        { hz: [440], ms: 100 },
        { hz: [], ms: 40 },
        { hz: [440], ms: 100 },
      ];
      service.media.perform({ do: 'play', leg: 'a' as LegId, tones, isRepeated: false });
      await service.told('leg-played', 'a');
      await until('the last packet', () => a.heard.length === 12);
      const [first] = a.heard;
      assert.ok(first?.marker === true && first.payloadType === 0);
      for (const [i, packet] of a.heard.entries()) {
        assert.equal(packet.ssrc, first.ssrc);
        assert.equal(packet.sequenceNumber, first.sequenceNumber + i);
        assert.equal((packet.timestamp - first.timestamp) % 160, 0);
      }
      const sound = a.heard.slice(0, 5).flatMap(({ payload }) => [...decodeMuLaw(payload)]);
      assert.ok(toneStrength(Int16Array.from(sound), 440) > 0.95);
    });

    test(`a key that we press is heard as one press among the sound of the other leg, ${how}`, async (t) => {
      const service = new Service(t, create, firstPort, { workers: 2 });
      // Without a hint where they belong, the two are in threads of their own if there are two.
      const [a, b] = [await UdpPhone.open(t, 'a', secure), await UdpPhone.open(t, 'b')];
      await a.attach(service);
      await b.attach(service);
      service.join('a', 'b');
      await talk(a, b);
      const before = a.heard.length;
      for (const digit of '7#') {
        service.media.perform({ do: 'send-digit', leg: 'a' as LegId, digit, ms: 100 });
      }
      const pressed = () => a.heard.slice(before).filter(({ payloadType }) => payloadType === 101);
      await until('two keys', () => {
        b.speak();
        return pressed().length >= 14;
      });
      await talk(a, b);
      const events = pressed().map(({ payload }) => readTelephoneEvent(payload));
      assert.deepEqual(
        events.map((event) => event?.event),
        Array.from({ length: 14 }, (_, at) => (at < 7 ? 7 : 11)),
      );
      assert.equal(new Set(pressed().map(({ timestamp }) => timestamp)).size, 2);
      assert.equal(new Set(a.heard.slice(before).map(({ ssrc }) => ssrc)).size, 1);
      assert.ok(!service.events.some(({ kind }) => kind === 'leg-played'));
    });

    test(`a key press is told once, ${how}`, async (t) => {
      const service = new Service(t, create, firstPort);
      const a = await UdpPhone.open(t, 'a', secure);
      await a.attach(service);
      for (let i = 0; i < 4; i++) a.speak();
      service.media.perform({ do: 'read-digits', leg: 'a' as LegId, moment: 'press' });
      await service.media.statistics();
      a.press('1');
      a.press('1');
      a.press('#');
      const digits = (): string[] =>
        service.events.flatMap((event) => (event.kind === 'leg-digit' ? [event.digit] : []));
      await until('three keys', () => digits().length >= 3);
      await service.closeLeg('a');
      assert.deepEqual(digits(), ['1', '1', '#']);
    });
  }

  test('what is repeated goes on until it is stopped, in the place of what the other leg says', async (t) => {
    const service = new Service(t, create, firstPort);
    const [a, b] = [await UdpPhone.open(t, 'a'), await UdpPhone.open(t, 'b')];
    await a.attach(service);
    await b.attach(service, {}, 'a');
    service.join('a', 'b');
    await talk(a, b);
    const tones = [{ hz: [440], ms: 20 }];
    service.media.perform({ do: 'play', leg: 'a' as LegId, tones, isRepeated: true });
    await service.media.statistics();
    const before = a.heard.length;
    await until('the tone', () => {
      b.speak();
      return a.heard.length >= before + 5;
    });
    assert.equal(new Set(a.heard.slice(before).map(({ ssrc }) => ssrc)).size, 1);
    service.media.perform({ do: 'stop-playing', leg: 'a' as LegId });
    await service.media.statistics();
    await talk(a, b);
    assert.ok(!service.events.some((event) => event.kind === 'leg-played'));
  });

  test('an echo sends what a phone says back to it alone, with numbers of ours', async (t) => {
    const service = new Service(t, create, firstPort);
    const a = await UdpPhone.open(t, 'a', true);
    await a.attach(service);
    service.media.perform({ do: 'echo-leg', leg: 'a' as LegId });
    await until('the echo', () => {
      a.speak();
      return a.heard.length >= 5;
    });
    assert.ok(a.heard.every(({ payload, ssrc }) => payload[0] === 'a'.charCodeAt(0) && ssrc !== 7));
    a.report();
    await service.closeLeg('a');
  });

  test('the newest join wins', async (t) => {
    const service = new Service(t, create, firstPort);
    const phones = await Promise.all(['a', 'b', 'c'].map((leg) => UdpPhone.open(t, leg)));
    for (const phone of phones) await phone.attach(service);
    const [a, b, c] = phones as [UdpPhone, UdpPhone, UdpPhone];
    service.join('a', 'b');
    await talk(a, b);
    service.join('c', 'a');
    await talk(a, c);
    const heard = b.heard.length;
    a.speak();
    c.speak();
    await service.media.statistics();
    assert.equal(b.heard.length, heard);
  });

  test('silence is told once, and so is its end', async (t) => {
    const service = new Service(t, create, firstPort, { silenceMs: 300 });
    const a = await UdpPhone.open(t, 'a');
    await a.attach(service);
    await service.told('leg-silent', 'a');
    await until('sound again', () => {
      a.speak();
      return service.events.some((event) => event.kind === 'leg-heard');
    });
    assert.equal(service.events.filter((event) => event.kind === 'leg-silent').length, 1);
  });

  test('when no ports are left the leg fails and says why', async (t) => {
    const service = new Service(t, create, firstPort, { ports: { first: firstPort, last: firstPort + 3 } });
    const a = await UdpPhone.open(t, 'a');
    await a.attach(service);
    await service.open('b');
    service.media.perform({ do: 'open-leg', leg: 'c' as LegId, family: 4 });
    assert.match(
      (await service.told('leg-failed', 'c')).text,
      /all pairs of media ports are in use or resting \(of 2 pairs 2 are in use/,
    );
    // A leg that no phone was described on gives its ports back for use at once.
    await service.closeLeg('b');
    await service.open('again');
    await service.closeLeg('a');
    service.media.perform({ do: 'open-leg', leg: 'd' as LegId, family: 4 });
    assert.match((await service.told('leg-failed', 'd')).text, /1 rest for 30 s/);
    service.media.perform({ do: 'open-leg', leg: 'e' as LegId, family: 6 });
    assert.match((await service.told('leg-failed', 'e')).text, /does not listen on IPv6/);
  });

  test('a leg of IPv6 listens on the address of IPv6', async (t) => {
    const service = new Service(t, create, firstPort, { listen: { v4: undefined, v6: '::1' } });
    service.media.perform({ do: 'open-leg', leg: 'six' as LegId, family: 6 });
    const { rtpPort } = await service.told('leg-opened', 'six');
    const sameAddress = createSocket('udp6');
    const refused = once(sameAddress, 'error');
    sameAddress.bind({ port: rtpPort, address: '::1', exclusive: true });
    assert.match(String(await refused), /EADDRINUSE/);
    sameAddress.close();
  });

  test('ports that another program has are passed over', async (t) => {
    const blocker = createSocket('udp4').bind(firstPort + 1, LOCAL);
    await once(blocker, 'listening');
    const ports = { first: firstPort, last: firstPort + 3 };
    for (let i = 0; i < 4; i++) {
      const service = new Service(t, create, firstPort, { ports });
      assert.equal(await service.open('a'), firstPort + 2);
      await service.media.close();
    }
    blocker.close();
    await once(blocker, 'close');
  });
}
