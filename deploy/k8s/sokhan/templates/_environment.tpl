{{/* The settings of a service, by name: the chart's own win over `<service>.settings`, these over `settings`.
     No secret is among them. Arguments: root, name. */}}
{{- define "sokhan.settings" -}}
{{- $service := get .root.Values .name }}
{{- $own := dict
      "SOKHAN_NATS_URL" .root.Values.nats.url
      "SOKHAN_NATS_USER" .name
      "SOKHAN_LOG_FORMAT" "json"
      "SOKHAN_SHUTDOWN_SECONDS" (toString $service.shutdownSeconds) }}
{{- if .root.Values.nats.ca.configMap }}
{{- $_ := set $own "SOKHAN_NATS_TLS_CA" "/etc/sokhan/nats/ca.crt" }}
{{- end }}
{{- with get (include "sokhan.slotSettings" . | fromYaml) .name }}
{{- $_ := set $own . (toString $service.slots) }}
{{- end }}
{{- if include "sokhan.usesBucket" . }}
{{- with .root.Values.objects }}
{{- $_ := set $own "SOKHAN_OBJECTS" .url }}
{{- $_ := set $own "SOKHAN_OBJECTS_REGION" .region }}
{{- if .endpoint }}{{ $_ := set $own "SOKHAN_OBJECTS_ENDPOINT" .endpoint }}{{ end }}
{{- end }}
{{- end }}
{{- if include "sokhan.isRemote" . }}
{{- $_ := set $own "SOKHAN_REMOTE" "true" }}
{{- $_ := set $own "SOKHAN_OBJECTS_CACHE_BYTES" (.root.Values.objects.disk.cacheBytes | int64 | toString) }}
{{- end }}
{{- if eq .name "gateway" }}
{{- $_ := set $own "SOKHAN_AUTH" $service.auth }}
{{- if $service.publicUrl }}{{ $_ := set $own "SOKHAN_PUBLIC_URL" $service.publicUrl }}{{ end }}
{{- end }}
{{- range $name, $value := merge $own (deepCopy $service.settings) (deepCopy .root.Values.settings) }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- end }}

{{/* Variables of libraries. torch would start a thread for each core of the node, whatever the limit. */}}
{{- define "sokhan.libraryEnvironment" -}}
{{- $service := get .root.Values .name }}
{{- if has .name (list "trainer" "synth") }}
- name: OMP_NUM_THREADS
  valueFrom:
    resourceFieldRef: {containerName: {{ .name }}, resource: limits.cpu}
{{- end }}
{{- with $service.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end }}
