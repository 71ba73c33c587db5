# shellcheck shell=bash
# shellcheck disable=SC2154 # all files are one program, and these are set in another
# A certificate authority, etcd and the three programs of a control plane, on loopback.

plane_pids=()
# Not on loopback: the API server reaches no node there, and no endpoint may be there.
address=192.0.2.1
api=https://$address:6443

# cert NAME SUBJECT [EXTENSIONS]: pki/NAME.crt and .key
cert() {
  openssl req -newkey rsa:2048 -nodes -keyout "$pki/$1.key" -out "$pki/$1.csr" -subj "$2" 2>/dev/null
  openssl x509 -req -in "$pki/$1.csr" -CA "$pki/ca.crt" -CAkey "$pki/ca.key" -CAcreateserial \
    -days 30 -out "$pki/$1.crt" -extfile <(printf '%b' "${3:-extendedKeyUsage=clientAuth}") 2>/dev/null
}

# kubeconfig NAME CREDENTIALS...: pki/NAME.kubeconfig
kubeconfig() {
  local name=$1
  shift
  cat >"$pki/$name.kubeconfig" <<YAML
apiVersion: v1
kind: Config
current-context: plane
contexts: [{name: plane, context: {cluster: plane, user: plane}}]
clusters: [{name: plane, cluster: {server: "$api", certificate-authority: "$pki/ca.crt"}}]
users: [{name: plane, user: {$*}}]
YAML
}

client() { # NAME SUBJECT
  cert "$1" "$2"
  kubeconfig "$1" "client-certificate: $pki/$1.crt, client-key: $pki/$1.key"
}

make_pki() {
  pki=$work/pki
  mkdir -p "$pki"
  openssl req -x509 -newkey rsa:2048 -nodes -days 30 -keyout "$pki/ca.key" -out "$pki/ca.crt" \
    -subj /CN=plane 2>/dev/null
  openssl genrsa -out "$pki/sa.key" 2048 2>/dev/null
  openssl rsa -in "$pki/sa.key" -pubout -out "$pki/sa.pub" 2>/dev/null
  cert apiserver /CN=kube-apiserver "extendedKeyUsage=serverAuth\nsubjectAltName=IP:$address,\
IP:10.96.0.1,DNS:localhost,DNS:kubernetes,DNS:kubernetes.default.svc\n"
  client admin /O=system:masters/CN=admin
  client controller /CN=system:kube-controller-manager
  client scheduler /CN=system:kube-scheduler
  client kubelet-client /O=system:masters/CN=kube-apiserver-kubelet-client
  # By whom the API server passes on what metrics-server is asked.
  cert front-proxy /CN=front-proxy
  client node /O=system:nodes/CN=system:node:edge
  export KUBECONFIG=$pki/admin.kubeconfig
}

# launch NAME PROGRAM...: in the background; its pid is in $launched
launch() {
  local name=$1
  shift
  setsid "$@" >>"$work/log/$name" 2>&1 </dev/null &
  launched=$!
  disown
  echo $launched >"$work/$name.pid"
}

start_apiserver() {
  launch apiserver kube-apiserver --etcd-servers=http://127.0.0.1:2379 \
    --bind-address=$address --advertise-address=$address --secure-port=6443 \
    --tls-cert-file="$pki/apiserver.crt" --tls-private-key-file="$pki/apiserver.key" \
    --enable-bootstrap-token-auth \
    --client-ca-file="$pki/ca.crt" --service-account-key-file="$pki/sa.pub" \
    --service-account-signing-key-file="$pki/sa.key" \
    --service-account-issuer=https://kubernetes.default.svc \
    --authorization-mode=Node,RBAC --enable-admission-plugins=NodeRestriction \
    --service-cluster-ip-range=10.96.0.0/24 --endpoint-reconciler-type=none \
    --kubelet-client-certificate="$pki/kubelet-client.crt" \
    --kubelet-client-key="$pki/kubelet-client.key" \
    --kubelet-preferred-address-types=InternalIP --allow-privileged=true --profiling=false \
    --enable-aggregator-routing=true --requestheader-client-ca-file="$pki/ca.crt" \
    --requestheader-allowed-names=front-proxy --requestheader-username-headers=X-Remote-User \
    --requestheader-group-headers=X-Remote-Group \
    --requestheader-extra-headers-prefix=X-Remote-Extra- \
    --proxy-client-cert-file="$pki/front-proxy.crt" --proxy-client-key-file="$pki/front-proxy.key"
}

api_ready() { [ "$(kubectl get --raw /readyz)" = ok ]; }

stop_apiserver() {
  kill -9 "$(cat "$work/apiserver.pid")"
  while kill -0 "$(cat "$work/apiserver.pid")" 2>/dev/null; do sleep 0.1; done
}

start_plane() {
  local begin
  begin=$(now)
  make_pki
  launch etcd etcd --data-dir "$work/etcd" --listen-client-urls http://127.0.0.1:2379 \
    --advertise-client-urls http://127.0.0.1:2379 --listen-peer-urls http://127.0.0.1:2380 \
    --initial-advertise-peer-urls http://127.0.0.1:2380 \
    --initial-cluster t=http://127.0.0.1:2380 --name t --unsafe-no-fsync
  plane_pids+=("$launched")
  start_apiserver
  await 180 api_ready
  # A node is told lost after 30 s, not 50; a lease is renewed every 10 s, and 7 s after a failure.
  launch controller kube-controller-manager --kubeconfig="$pki/controller.kubeconfig" \
    --authentication-kubeconfig="$pki/controller.kubeconfig" \
    --authorization-kubeconfig="$pki/controller.kubeconfig" \
    --bind-address=127.0.0.1 --secure-port=10257 --leader-elect=false \
    --service-account-private-key-file="$pki/sa.key" --root-ca-file="$pki/ca.crt" \
    --use-service-account-credentials=true --cluster-signing-cert-file="$pki/ca.crt" \
    --cluster-signing-key-file="$pki/ca.key" --node-monitor-grace-period="$((30 * slow))s" \
    --node-monitor-period=2s
  plane_pids+=("$launched")
  launch scheduler kube-scheduler --kubeconfig="$pki/scheduler.kubeconfig" \
    --authentication-kubeconfig="$pki/scheduler.kubeconfig" \
    --authorization-kubeconfig="$pki/scheduler.kubeconfig" \
    --bind-address=127.0.0.1 --secure-port=10259 --leader-elect=false
  plane_pids+=("$launched")
  await 180 kubectl get serviceaccount default
  say "control plane after $(seconds_since "$begin") s"
}

# The API server first: without etcd it would linger.
stop_plane() {
  [ ! -f "$work/apiserver.pid" ] || kill -9 "$(cat "$work/apiserver.pid")" 2>/dev/null
  [ ${#plane_pids[@]} = 0 ] || kill "${plane_pids[@]}" 2>/dev/null
}
