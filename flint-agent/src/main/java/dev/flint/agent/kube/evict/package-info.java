/** Pods that go before the device has no memory or disk left. */
@NullMarked
package dev.flint.agent.kube.evict;

import org.jspecify.annotations.NullMarked;
