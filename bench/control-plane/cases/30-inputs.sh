# shellcheck shell=bash
# shellcheck disable=SC2154 # all files are one program, and these are set in another
# What pods are given: ConfigMaps, Secrets, tokens, what the cluster says of them.

case_config_maps_secrets_and_tokens() {
  kubectl create configmap settings --from-literal=colour=blue
  kubectl create secret generic keys --from-literal=key=s3cret
  pod inputs edge "- name: main
  image: \"$box\"
  command: [/bin/sh, -c, $(jq -n --arg s "cat /settings/colour /keys/key; echo; env; ls \
/var/run/secrets/kubernetes.io/serviceaccount; $sleeper" '$s')]
  env:
  - {name: FROM_MAP, valueFrom: {configMapKeyRef: {name: settings, key: colour}}}
  - {name: FROM_SECRET, valueFrom: {secretKeyRef: {name: keys, key: key}}}
  - {name: NODE, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}
  - {name: LIMIT, valueFrom: {resourceFieldRef: {resource: limits.memory}}}
  resources: {limits: {memory: 64Mi}}
  volumeMounts:
  - {name: settings, mountPath: /settings}
  - {name: keys, mountPath: /keys}
  - {name: token, mountPath: /token}" 'volumes:
- {name: settings, configMap: {name: settings}}
- {name: keys, secret: {secretName: keys}}
- name: token
  projected: {sources: [{serviceAccountToken: {path: token, audience: flint-test, expirationSeconds: 600}}]}' |
    kubectl apply -f -
  kubectl wait --for=condition=Ready --timeout="$((60 * slow))s" pod/inputs
  local log word
  # It is Ready once it runs, which may be before it has written.
  await 20 has_said inputs up
  log=$(kubectl logs inputs)
  has "$log" blues3cret
  has "$log" FROM_MAP=blue
  has "$log" FROM_SECRET=s3cret
  has "$log" NODE=edge
  has "$log" LIMIT=67108864
  has "$log" "KUBERNETES_SERVICE_HOST=$address"
  for word in ca.crt namespace token; do
    echo "$log" | grep -qx $word || fail "no $word in the account's volume: $log"
  done
}

has_said() { kubectl logs "$1" | grep -qx "$2"; }

# A file in a container's root file system, read from outside.
in_container() { # POD PATH
  local pid
  pid=$(container_pid "$1" main)
  cat "/proc/$pid/root$2"
}

container_pid() {
  local ns
  for ns in $(ctr -a "$work/c.sock" namespaces ls -q); do
    ctr -a "$work/c.sock" -n "$ns" tasks ls |
      awk -v pod="_$1_$2" 'index($1, pod) { print $2; exit }'
  done
}

case_token_opens_the_api() {
  local token account=/var/run/secrets/kubernetes.io/serviceaccount
  token=$(in_container inputs $account/token)
  in_container inputs $account/ca.crt | cmp - "$pki/ca.crt"
  same default "$(in_container inputs $account/namespace)" namespace
  kubectl create rolebinding reads --clusterrole=view --serviceaccount=default:default
  same 200 "$(curl -s -o /dev/null -w '%{http_code}' --cacert "$pki/ca.crt" \
    -H "Authorization: Bearer $token" "$api/api/v1/namespaces/default/pods")" "the pod's token"
  token=$(in_container inputs /token/token)
  same flint-test "$(echo "$token" | cut -d . -f 2 | tr '_-' '/+' | base64 -d 2>/dev/null |
    jq -r '.aud[0]')" audience
  same inputs "$(echo "$token" | cut -d . -f 2 | tr '_-' '/+' | base64 -d 2>/dev/null |
    jq -r '.["kubernetes.io"].pod.name')" "bound to"
}

case_changed_config_map_arrives() {
  local begin
  begin=$(now)
  kubectl patch configmap settings -p '{"data":{"colour":"green"}}'
  await_text 120 green in_container inputs /settings/colour
  note "after $(seconds_since "$begin") s"
  same 0 "$(field pod inputs '{.status.containerStatuses[0].restartCount}')" restarts
  kubectl delete pod inputs
  kubectl delete configmap settings
  kubectl delete secret keys
  kubectl delete rolebinding reads
}

case_late_config_map_starts_the_pod() {
  pod late edge "- {name: main, image: \"$box\", command: [/bin/sh, -c, \"env; exit 0\"],
    envFrom: [{configMapRef: {name: late}}]}" 'restartPolicy: Never' | kubectl apply -f -
  await_text 60 CreateContainerConfigError waiting late
  kubectl create configmap late --from-literal=ARRIVED=yes
  await_text 90 Succeeded phase late
  has "$(kubectl logs late)" ARRIVED=yes
  kubectl delete pod/late configmap/late
}
