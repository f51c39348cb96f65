"""`make bench WHAT=scale`: how Sokhan grows, from measured costs and a queueing simulation.

measuring.py   a small run of the real platform; gives `Costs`
simulator.py   the event loop and its stations; closed_forms.py what they must agree with
checking.py    the model beside the platform under the same load; checking_jobs.py the queue of runs
users.py       what a user does; sites.py a laptop, a server, a cluster, a region
capacity.py    utilisation of each part, and the number of users at which it is full
waiting.py     the waits of a busy hour and of a week of jobs, simulated
"""
