/** What a pod does over time: restarts, back-off, phase. */
@NullMarked
package dev.flint.agent.pod.run;

import org.jspecify.annotations.NullMarked;
