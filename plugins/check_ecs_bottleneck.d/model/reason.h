/* What can decide a series' state. */
#ifndef REASON_H
#define REASON_H

enum reason {
	REASON_POINTS,     /* its points, judged against the ranges */
	REASON_UNANSWERED, /* the run had to end before it was known */
	REASON_FAILED,     /* it was lost to an error */
	/* The others: it has no current data. */
	REASON_GONE,           /* the service is not ACTIVE: left out of the verdict */
	REASON_POLICY,         /* --no-data says which state that is */
	REASON_PERCENTILE,     /* CloudWatch returned no percentile, though the service runs */
	REASON_NO_VOLUME,      /* ebs without a point: no volume is attached */
	REASON_SCALED_TO_ZERO, /* no task is wanted */
	REASON_NO_INSTANCE,    /* no task is wanted of a DAEMON service */
	REASON_NEW,            /* created or deployed a moment ago */
	REASON_STARTING,       /* no task runs yet, the first ones were started a moment ago */
	REASON_DOWN,           /* tasks are wanted, none runs */
	REASON_NO_DATA,        /* without a good reason */
	REASON_NOT_CLEAR,      /* what ECS said is contradictory or not known to this version */
	REASON_NOT_ASKED,      /* the calls to ask ECS were used up */
	REASON_ASKING_FAILED   /* ECS could not be asked */
};

#endif
