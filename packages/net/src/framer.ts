/** Why a stream cannot be read any further; a framer may say more. */
export interface FramingProblem {
  readonly code: string;
}

/** What a piece of a stream completed. */
export interface Framed<Problem extends FramingProblem = FramingProblem> {
  /** Whole messages, in order. */
  readonly messages: readonly Uint8Array[];
  /** Double line ends between messages: the peer asks whether we are still there (RFC 5626 3.5.1). */
  readonly pings: number;
  /** The stream cannot be read any further, and why; the messages before that place are valid. */
  readonly error: Problem | undefined;
}

/** Cuts one connection's bytes into messages. It bounds what it keeps, and never throws on input. */
export interface Framer<Problem extends FramingProblem = FramingProblem> {
  push(chunk: Uint8Array): Framed<Problem>;
}
