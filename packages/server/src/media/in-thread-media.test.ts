import { InThreadMedia } from './in-thread-media.ts';
import { testMediaContract } from './media-contract.ts';

testMediaContract((options, onEvent) => new InThreadMedia(options, onEvent), 24_000);
