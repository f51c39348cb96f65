// Runs deploy/mongo/replica-set.js with a server that plays a part: `node replica_set_check.mjs <script> <part>`.
// Prints the commands that the server got.
import { readFileSync } from "node:fs"
import vm from "node:vm"

const [script, part] = process.argv.slice(2)
const commands = []
let initiated = part === "member" || part === "never-primary"

const db = {
  auth: (user, password) => commands.push({auth: [user, password]}),
  hello: () => ({isWritablePrimary: initiated && part !== "never-primary"}),
  adminCommand(command) {
    commands.push(command)
    if ("replSetInitiate" in command) initiated = true
    else if (part === "starting") throw Object.assign(new Error(), {codeName: "NoReplicationEnabled"})
    else if (!initiated) throw Object.assign(new Error(), {codeName: "NotYetInitialized"})
  },
}
const files = {readFileSync: (path) => `content of ${path}\n`}
try {
  vm.runInNewContext(readFileSync(script, "utf8"), {db, require: () => files, sleep: () => {}, Error})
} catch (error) {
  process.exitCode = 1
}
console.log(JSON.stringify(commands))
