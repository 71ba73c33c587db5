/** What a kubelet carries over WebSockets: programs in containers, their output, ports of pods. */
@NullMarked
package dev.flint.agent.kube.stream;

import org.jspecify.annotations.NullMarked;
