@NullMarked
package dev.flint.agent.kube.evict;

import org.jspecify.annotations.NullMarked;
