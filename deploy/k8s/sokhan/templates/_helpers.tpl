{{/* The names of the services: one Deployment, one NATS user and one Secret each. */}}
{{- define "sokhan.services" -}}
gateway downloader scanner trainer synth
{{- end }}

{{/* The settings for the number of jobs at once, by service. */}}
{{- define "sokhan.slotSettings" -}}
downloader: SOKHAN_DOWNLOAD_SLOTS
scanner: SOKHAN_SCAN_SLOTS
synth: SOKHAN_RENDER_SLOTS
{{- end }}

{{/* The prefix of all objects: the release, with the chart's name if it is not in it. */}}
{{- define "sokhan.fullname" -}}
{{- if contains .Chart.Name .Release.Name }}{{ .Release.Name | trunc 40 | trimSuffix "-" }}{{ else }}{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 40 | trimSuffix "-" }}{{ end }}
{{- end }}

{{/* Labels that select the pods of the release; they never change. */}}
{{- define "sokhan.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/* Labels of every object. */}}
{{- define "sokhan.labels" -}}
{{ include "sokhan.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{/* The image of a service: by digest, or by tag. Arguments: root, image. */}}
{{- define "sokhan.image" -}}
{{- $name := printf "%s/%s" (trimSuffix "/" .root.Values.image.registry) .image.repository }}
{{- if .image.digest }}{{ printf "%s@%s" $name .image.digest }}
{{- else }}{{ printf "%s:%s" $name (.image.tag | default .root.Values.image.tag | default .root.Chart.AppVersion) }}
{{- end }}
{{- end }}

{{- define "sokhan.dataClaim" -}}
{{ .Values.data.existingClaim | default (printf "%s-data" (include "sokhan.fullname" .)) }}
{{- end }}

{{/* Whether a service talks to the bucket: the scanner publishes, remote workers fetch. Arguments: root, name. Empty: no. */}}
{{- define "sokhan.usesBucket" -}}
{{- if and .root.Values.objects.url (or (eq .name "scanner") (include "sokhan.isRemote" .)) }}yes{{ end }}
{{- end }}

{{/* Whether the pods of a service have a disk of their own. Arguments: root, name. Empty: no. */}}
{{- define "sokhan.isRemote" -}}
{{- if and .root.Values.objects.url .root.Values.objects.remoteWorkers (has .name (list "trainer" "synth")) }}yes{{ end }}
{{- end }}

{{/* Whether KEDA sets the replicas of a service. Arguments: root, name. Empty: no. */}}
{{- define "sokhan.kedaScales" -}}
{{- if and .root.Values.keda.enabled (hasKey (get .root.Values .name) "scaling") }}yes{{ end }}
{{- end }}

{{/* The time after which the kubelet kills a pod: the preStop hook, the safe point of the jobs, and the 16 seconds that
     closing takes while NATS is down, with a margin. Argument: the service's values. */}}
{{- define "sokhan.gracePeriod" -}}
{{ add (.preStopSeconds | default 0) .shutdownSeconds 25 }}
{{- end }}

{{- define "sokhan.pullSecrets" -}}
{{- with .Values.image.pullSecrets -}}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- end }}
