/**
 * What a kubelet answers: logs, stats and metrics for the API server and for who it vouches for.
 */
@NullMarked
package dev.flint.agent.kube.serve;

import org.jspecify.annotations.NullMarked;
