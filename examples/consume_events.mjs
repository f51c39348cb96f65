// A program that consumes the stream EVENTS: `node consume_events.mjs app-2`. One line for each event.
// First: npm install @nats-io/transport-node@3.4.0 @nats-io/jetstream@3.4.0
import { jetstream } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";

const connection = await connect({
  servers: process.env.NATS_URL ?? "nats://127.0.0.1:4222",
  user: "events",
  pass: process.env.NATS_PASSWORD,
  inboxPrefix: "_INBOX.events", // the only subjects that this user may subscribe to
  maxReconnectAttempts: -1,
});
const consumer = await jetstream(connection, { domain: "sokhan" }).consumers.get("EVENTS", process.argv[2]);
const seen = new Map(); // a program with a database writes the revision there, together with what it makes of the event

function handle(event) {
  if (event.jobId !== null) { // an event of an asset says all about it, so a second one does no harm
    const last = seen.get(event.topic) ?? event.revision - 1;
    if (event.revision <= last) return; // delivered again
    if (event.revision > last + 1) console.log("gap", event.topic, last, event.revision); // ask the API for the job
    seen.set(event.topic, event.revision);
  }
  console.log(event.topic, event.revision, event.type, event.owner, event.data.state);
}

for await (const message of await consumer.consume()) {
  handle(message.json());
  message.ack(); // after the work: what is not acknowledged within a minute comes again
}
