// Reads a JSON list of custom resources from stdin and prints a JSON list of what is wrong with them, as sentences.
//
// The packages' validators know required fields, types and patterns, and let unknown fields pass. TypeScript's check of
// object literals refuses these: each object is compiled as a constant of the type of its resource.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import ts from 'typescript'

const MODULES = {
  'keda.sh/v1alpha1/ScaledObject': '@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject',
  'gateway.networking.k8s.io/v1/HTTPRoute': '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/HTTPRoute',
  'monitoring.coreos.com/v1/PodMonitor': '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor',
  'monitoring.coreos.com/v1/PrometheusRule':
    '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule',
}
const SOURCE = path.join(import.meta.dirname, 'objects.ts')

const moduleOf = (object) => MODULES[`${object.apiVersion}/${object.kind}`]

async function invalid(object) {
  const model = await import(moduleOf(object))
  try {
    new model[object.kind](object).validate()
    return []
  } catch (error) {
    return [`${object.kind} ${object.metadata?.name}: ${error.message}`]
  }
}

function unknown(objects) {
  const lines = objects.map(
    (object, index) =>
      `export const object${index}: import('${moduleOf(object)}').I${object.kind} = ${JSON.stringify(object)}`,
  )
  const options = { strict: true, noEmit: true, skipLibCheck: true, types: [], module: ts.ModuleKind.NodeNext }
  const host = ts.createCompilerHost(options)
  const { readFile, fileExists, getSourceFile } = host
  const text = lines.join('\n')
  host.readFile = (name) => (name === SOURCE ? text : readFile(name))
  host.fileExists = (name) => name === SOURCE || fileExists(name)
  host.getSourceFile = (name, target) =>
    name === SOURCE ? ts.createSourceFile(name, text, target, true) : getSourceFile(name, target)
  const program = ts.createProgram([SOURCE], options, host)
  return ts.getPreEmitDiagnostics(program).map((found) => {
    const line = found.file?.getLineAndCharacterOfPosition(found.start).line ?? 0
    const named = `${objects[line]?.kind} ${objects[line]?.metadata?.name}`
    return `${named}: ${ts.flattenDiagnosticMessageText(found.messageText, ' ')}`
  })
}

const objects = JSON.parse(readFileSync(0, 'utf8'))
const known = objects.filter(moduleOf)
const problems = objects.filter((object) => !moduleOf(object)).map((object) => `no schema of ${object.kind}`)
for (const object of known) problems.push(...(await invalid(object)))
problems.push(...unknown(known))
process.stdout.write(JSON.stringify(problems))
