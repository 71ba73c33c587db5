@NullMarked
package dev.flint.agent.kube.node;

import org.jspecify.annotations.NullMarked;
