/** What a plan says, for people, for programs, and for the models that come of it. Not API. */
@NullMarked
package dev.finetune.internal.plan;

import org.jspecify.annotations.NullMarked;
