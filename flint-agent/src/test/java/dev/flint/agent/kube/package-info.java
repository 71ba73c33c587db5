@NullMarked
package dev.flint.agent.kube;

import org.jspecify.annotations.NullMarked;
