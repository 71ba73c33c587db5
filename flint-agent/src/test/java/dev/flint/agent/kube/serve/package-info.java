@NullMarked
package dev.flint.agent.kube.serve;

import org.jspecify.annotations.NullMarked;
