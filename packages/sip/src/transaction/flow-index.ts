import { type Flow, flowKey } from '../flow.ts';

/** Which transactions run over which flow, so that a closed connection costs no walk over all of them. */
export class FlowIndex<Member extends { readonly flow: Flow }> {
  readonly #members = new Map<string, Set<Member>>();

  /** How many flows have any. */
  get size(): number {
    return this.#members.size;
  }

  add(member: Member): void {
    const key = flowKey(member.flow);
    const members = this.#members.get(key);
    if (members === undefined) this.#members.set(key, new Set([member]));
    else members.add(member);
  }

  delete(member: Member): void {
    const key = flowKey(member.flow);
    const members = this.#members.get(key);
    if (members?.delete(member) === true && members.size === 0) this.#members.delete(key);
  }

  /** A copy, so that they may be deleted on the way. */
  of(flow: Flow): readonly Member[] {
    return [...(this.#members.get(flowKey(flow)) ?? [])];
  }
}
