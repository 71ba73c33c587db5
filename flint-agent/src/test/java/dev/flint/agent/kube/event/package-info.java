@NullMarked
package dev.flint.agent.kube.event;

import org.jspecify.annotations.NullMarked;
