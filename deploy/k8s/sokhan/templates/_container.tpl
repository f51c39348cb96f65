{{/* The one container of a service's pod. Arguments: root, name. */}}
{{- define "sokhan.container" -}}
{{- $service := get .root.Values .name }}
{{- $gpu := $service.gpu | default dict -}}
name: {{ .name }}
image: {{ include "sokhan.image" (dict "root" .root "image" $service.image) }}
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
env:
  {{- include "sokhan.settings" . | trim | nindent 2 }}
  {{- with include "sokhan.libraryEnvironment" . | trim }}
  {{- . | nindent 2 }}
  {{- end }}
ports:
  {{- if eq .name "gateway" }}
  - {name: http, containerPort: 8080}
  {{- end }}
  - {name: operations, containerPort: 9000}
securityContext:
  {{- include "sokhan.containerSecurity" . | nindent 2 }}
resources:
  requests:
    {{- toYaml $service.resources.requests | nindent 4 }}
  limits:
    {{- toYaml $service.resources.limits | nindent 4 }}
    {{- if $gpu.enabled }}
    {{ $gpu.resource }}: {{ $gpu.count }}
    {{- end }}
{{- if $service.preStopSeconds }}
{{- /* Until every proxy has learned that this pod is going. */}}
lifecycle:
  preStop: {sleep: {seconds: {{ $service.preStopSeconds }}}}
{{- end }}
{{- /* /livez says that the process answers, whatever the state of NATS and MongoDB. It is on the operations port, which has
       connections of its own: a gateway at its limit of connections is busy, not dead. */}}
startupProbe:
  httpGet: {path: /livez, port: operations}
  periodSeconds: 2
  timeoutSeconds: 5
  failureThreshold: 90
livenessProbe:
  httpGet: {path: /livez, port: operations}
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
{{- /* /readyz says that the service reaches NATS and MongoDB. A minute of failures: an election of theirs is shorter, and
       the gateway's own answer is better than that of a proxy without a backend. */}}
readinessProbe:
  httpGet: {path: /readyz, port: {{ eq .name "gateway" | ternary "http" "operations" }}}
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
volumeMounts:
  {{- include "sokhan.mounts" . | trim | nindent 2 }}
{{- end }}
