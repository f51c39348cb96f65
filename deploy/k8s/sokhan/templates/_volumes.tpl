{{/* Secrets as files of one folder, named after their settings. Arguments: root, secret, keys (whether the keys at rest and
     the Hub's token are among them). */}}
{{- define "sokhan.secretVolume" -}}
- name: secrets
  projected:
    defaultMode: 288 # 0440
    sources:
      - secret: {name: {{ .secret }}}
      {{- if .keys }}
      - secret: {name: {{ .root.Values.secrets.keys }}}
      {{- end }}
{{- end }}

{{/* The certificate authority of NATS, if it is one of your own. Argument: root. */}}
{{- define "sokhan.natsAuthority" -}}
{{- with .Values.nats.ca }}{{ if .configMap -}}
- name: nats-ca
  configMap:
    name: {{ .configMap }}
    items: [{key: {{ .key }}, path: ca.crt}]
{{- end }}{{ end }}
{{- end }}

{{/* Arguments: root, name. */}}
{{- define "sokhan.volumes" -}}
{{- $service := get .root.Values .name }}
{{ include "sokhan.secretVolume" (dict "root" .root "secret" (get .root.Values.secrets .name) "keys" (has .name (list "gateway" "downloader"))) }}
{{- if include "sokhan.isRemote" . }}
- name: data
  ephemeral:
    volumeClaimTemplate:
      metadata:
        labels:
          {{- include "sokhan.labels" .root | nindent 10 }}
      spec:
        accessModes: [ReadWriteOnce]
        {{- with .root.Values.objects.disk.storageClass }}
        storageClassName: {{ . }}
        {{- end }}
        resources:
          requests: {storage: {{ .root.Values.objects.disk.size }}}
{{- else }}
- name: data
  persistentVolumeClaim: {claimName: {{ include "sokhan.dataClaim" .root }}}
{{- end }}
- name: tmp
  emptyDir: {sizeLimit: {{ $service.tmpSize }}}
{{- if $service.sharedMemorySize }}
- name: shm
  emptyDir: {medium: Memory, sizeLimit: {{ $service.sharedMemorySize }}}
{{- end }}
{{- with include "sokhan.natsAuthority" .root }}
{{ . }}
{{- end }}
{{- end }}

{{/* Arguments: root, name. */}}
{{- define "sokhan.mounts" -}}
{{- $service := get .root.Values .name }}
- {name: secrets, mountPath: /run/secrets, readOnly: true}
- {name: tmp, mountPath: /tmp}
{{- if and (eq .name "synth") (not (include "sokhan.isRemote" .)) }}
{{- /* It loads foreign voices, so it cannot change one: it writes its audio and its locks only. */}}
- {name: data, mountPath: /data, readOnly: true}
- {name: data, mountPath: /data/audio, subPath: audio}
- {name: data, mountPath: /data/run, subPath: run}
{{- else }}
- {name: data, mountPath: /data}
{{- end }}
{{- if $service.sharedMemorySize }}
- {name: shm, mountPath: /dev/shm}
{{- end }}
{{- if .root.Values.nats.ca.configMap }}
- {name: nats-ca, mountPath: /etc/sokhan/nats, readOnly: true}
{{- end }}
{{- end }}
