// The health check of MongoDB's container, with `db` as `admin`: status 0 when this server accepts writes.
// A server that is in no replica set yet, with or without data, becomes one of a single member. This is here and not in a
// service of its own, so that it happens whenever somebody starts `mongo` alone, as for a restore.
const fs = require("fs")

// Within the time of one check; a single member elects itself within a second.
const PATIENCE_MS = 5000
const STEP_MS = 100

function lacksConfig() {
  try {
    db.adminCommand({replSetGetStatus: 1})
    return false
  } catch (error) {
    // Any other: `NoReplicationEnabled` of the server that the image starts for a moment to make the users, among others.
    if (error.codeName === "NotYetInitialized") return true
    throw error
  }
}

db.auth("sokhan", fs.readFileSync("/run/secrets/mongo_root", "utf8").trim())
// The name by which the services reach it: a client of a replica set connects to the members' own names.
if (lacksConfig()) db.adminCommand({replSetInitiate: {_id: "rs0", members: [{_id: 0, host: "mongo:27017"}]}})
for (let waited = 0; !db.hello().isWritablePrimary && waited < PATIENCE_MS; waited += STEP_MS) sleep(STEP_MS)
if (!db.hello().isWritablePrimary) throw new Error("This server is not the primary.")
