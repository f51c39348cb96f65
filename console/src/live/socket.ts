/** One WebSocket for the whole page: it connects again by itself and continues each topic where it stopped. */

import type { LiveEvent, SinceRevisions, SocketMessage } from "./messages";

export interface Listener {
  onEvent: (event: LiveEvent) => void;
  /** The server has sent what was missed: from here on events follow without a gap. */
  onSubscribed?: () => void;
  onRefused?: (code: string, message: string) => void;
}

export type Connection = "connecting" | "open" | "lost";

const SILENCE_MS = 40_000; // the server speaks every 15 s; two missed heartbeats and some patience
const LONGEST_WAIT_MS = 15_000;
const SESSION_ENDED = 4001;

interface Topic {
  listeners: Set<Listener>;
  since: SinceRevisions;
  subscribed: boolean;
}

export class LiveSocket {
  private socket: WebSocket | null = null;
  private readonly topics = new Map<string, Topic>();
  private readonly watchers = new Set<(state: Connection) => void>();
  private state: Connection = "connecting";
  private failures = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private silence: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly url: string,
    private readonly onSessionEnd: () => void,
    private readonly open: (url: string) => WebSocket = (address) => new WebSocket(address),
  ) {}

  get connection(): Connection {
    return this.state;
  }

  /** Follow a topic. Returns the function that ends it. */
  subscribe(name: string, listener: Listener): () => void {
    const topic = this.topics.get(name);
    if (topic) {
      topic.listeners.add(listener);
      if (topic.subscribed) queueMicrotask(() => listener.onSubscribed?.());
    } else {
      const added: Topic = { listeners: new Set([listener]), since: {}, subscribed: false };
      this.topics.set(name, added);
      this.connect();
      this.send({ op: "subscribe", topics: [this.requestOf(name, added)] });
    }
    return () => this.unsubscribe(name, listener);
  }

  /** Told of every change of the connection. Returns the function that ends it. */
  watch(watcher: (state: Connection) => void): () => void {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }

  /** Try at once, as when the browser is online again. */
  retry(): void {
    if (this.socket?.readyState === WebSocket.OPEN || this.topics.size === 0) return;
    this.failures = 0;
    clearTimeout(this.timer);
    this.timer = undefined;
    const hanging = this.socket;
    this.socket = null;
    hanging?.close();
    this.connect();
  }

  private unsubscribe(name: string, listener: Listener): void {
    const topic = this.topics.get(name);
    if (!topic?.listeners.delete(listener) || topic.listeners.size > 0) return;
    this.topics.delete(name);
    if (this.topics.size > 0) this.send({ op: "unsubscribe", topics: [name] });
    else this.rest();
  }

  /** Nobody listens: no connection, until somebody does. */
  private rest(): void {
    clearTimeout(this.timer);
    clearTimeout(this.silence);
    this.timer = undefined;
    const socket = this.socket;
    this.socket = null;
    socket?.close();
    this.change("connecting");
  }

  private connect(): void {
    if (this.socket || this.timer) return;
    const socket = this.open(this.url);
    this.socket = socket;
    this.listen(); // also a connection that never opens is given up
    socket.onopen = () => {
      if (this.socket !== socket) return;
      this.failures = 0;
      this.listen();
      this.change("open");
      const topics = [...this.topics].map(([name, topic]) => this.requestOf(name, topic));
      if (topics.length) this.send({ op: "subscribe", topics });
    };
    socket.onmessage = (message) => {
      if (this.socket !== socket) return;
      this.listen();
      this.receive(JSON.parse(String(message.data)) as SocketMessage);
    };
    socket.onclose = (event) => this.lost(socket, event.code);
  }

  private lost(socket: WebSocket, code: number): void {
    if (this.socket !== socket) return;
    this.socket = null;
    clearTimeout(this.silence);
    for (const topic of this.topics.values()) topic.subscribed = false;
    this.change("lost");
    if (code === SESSION_ENDED) this.onSessionEnd();
    const wait = Math.min(LONGEST_WAIT_MS, 500 * 2 ** this.failures) * (0.5 + Math.random() / 2);
    this.failures += 1;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.connect();
    }, wait);
  }

  /** A connection that is silent for too long is dead, whatever the operating system still believes. */
  private listen(): void {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => {
      const socket = this.socket;
      socket?.close();
      if (socket) this.lost(socket, 0); // `onclose` of a dead connection may come minutes later
    }, SILENCE_MS);
  }

  private receive(message: SocketMessage): void {
    if ("schema" in message) {
      this.deliver(message);
    } else if (message.op === "subscribed") {
      for (const name of message.topics) this.markSubscribed(name);
    } else if (message.op === "error" && message.topic) {
      const { topic, code, message: text } = message;
      this.topics.get(topic)?.listeners.forEach((listener) => listener.onRefused?.(code, text));
    }
  }

  private deliver(event: LiveEvent): void {
    for (const name of [event.topic, `${event.kind}:*`, "*"]) {
      const topic = this.topics.get(name);
      if (!topic) continue;
      if (event.jobId) {
        const known = topic.since[event.jobId];
        if (known !== undefined && event.revision < known) continue;
        topic.since[event.jobId] = event.revision;
        // The server takes 200 revisions of a wildcard; an ended job has no more events.
        if (event.final && name.endsWith("*")) Reflect.deleteProperty(topic.since, event.jobId);
      }
      topic.listeners.forEach((listener) => listener.onEvent(event));
    }
  }

  private markSubscribed(name: string): void {
    const topic = this.topics.get(name);
    if (!topic || topic.subscribed) return;
    topic.subscribed = true;
    topic.listeners.forEach((listener) => listener.onSubscribed?.());
  }

  private requestOf(name: string, topic: Topic): object {
    const known = Object.entries(topic.since);
    if (known.length === 0) return { topic: name };
    return { topic: name, since: name.endsWith("*") ? topic.since : known[0]?.[1] };
  }

  private send(message: object): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  private change(state: Connection): void {
    if (this.state === state) return;
    this.state = state;
    this.watchers.forEach((watcher) => watcher(state));
  }
}
