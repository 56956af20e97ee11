"""
The reference values of distributions.reference.json.gz: 8,851 tails and quantiles at 60 digits.

Run: pip install mpmath numpy scipy (scipy gives the searches a start, never a value); python3 reference.py
It writes ref.json, a list of { g: distribution, fn: function, args, ref: 25 digits }. The committed file holds
the same values in the same order, grouped as { "g.fn": [[ref, ...args], ...] }:
    groups = {}
    for t in json.load(open('ref.json')): groups.setdefault(t['g'] + '.' + t['fn'], []).append([t['ref'], *t['args']])
Functions: cdf lower tail, cdfpos the same at positive t, sf upper tail, quantile of the lower tail, isf of the upper.
Parameters: t (t, df); chisq (x, df); f (x, df1, df2); beta (x, a, b); quantiles have p in the place of x.
"""
import json, mpmath as mp, numpy as np, time
from scipy import stats
mp.mp.dps=60
def bcf(a,b,x):
    # Lentz
    tiny=mp.mpf(10)**(-200); eps=mp.mpf(10)**(-45)
    qab=a+b;qap=a+1;qam=a-1
    c=mp.mpf(1); d=1-qab*x/qap
    if abs(d)<tiny:d=tiny
    d=1/d;h=d;m=1
    while True:
        m2=2*m
        aa=m*(b-m)*x/((qam+m2)*(a+m2))
        d=1+aa*d
        if abs(d)<tiny:d=tiny
        c=1+aa/c
        if abs(c)<tiny:c=tiny
        d=1/d;h*=d*c
        aa=-(a+m)*(qab+m)*x/((a+m2)*(qap+m2))
        d=1+aa*d
        if abs(d)<tiny:d=tiny
        c=1+aa/c
        if abs(c)<tiny:c=tiny
        d=1/d;de=d*c;h*=de
        if abs(de-1)<eps:break
        m+=1
        if m>200000: raise Exception('noconv')
    return h
def ib(a,b,x,y):
    """returns (I_x(a,b), 1-I)"""
    a,b=mp.mpf(a),mp.mpf(b)
    if x<=0: return mp.mpf(0),mp.mpf(1)
    if y<=0: return mp.mpf(1),mp.mpf(0)
    lbt=mp.loggamma(a+b)-mp.loggamma(a)-mp.loggamma(b)+a*mp.log(x)+b*mp.log(y)
    bt=mp.exp(lbt)
    if x<(a+1)/(a+b+2):
        v=bt*bcf(a,b,x)/a; return v,1-v
    v=bt*bcf(b,a,y)/b; return 1-v,v
# check
for a,b,x in [(2.5,3.5,0.3),(10,0.5,0.9),(0.5,0.5,0.1),(50,20,.7)]:
    x=mp.mpf(x); assert abs(ib(a,b,x,1-x)[0]/mp.betainc(a,b,0,x,regularized=True)-1)<mp.mpf(10)**-35
def tcdf(x,v):
    x=mp.mpf(x);v=mp.mpf(v)
    lo,up=ib(v/2,mp.mpf(1)/2,v/(v+x*x),x*x/(v+x*x))
    return lo/2 if x<=0 else 1-lo/2
def tpdf(x,v):
    x=mp.mpf(x);v=mp.mpf(v)
    return mp.exp(mp.loggamma((v+1)/2)-mp.loggamma(v/2)-mp.log(v*mp.pi)/2-(v+1)/2*mp.log1p(x*x/v))
def fcs(x,a,b):
    x=mp.mpf(x);a=mp.mpf(a);b=mp.mpf(b)
    return ib(a/2,b/2,a*x/(a*x+b),b/(a*x+b))
def csn(z):
    return mp.erfc(-mp.mpf(z)/mp.sqrt(2))/2
def gser(a,x):
    # lower regularized by series, high precision
    s=t=1/a;n=a
    while True:
        n+=1;t*=x/n;s+=t
        if t<s*mp.mpf(10)**-50:break
    return s*mp.exp(-x+a*mp.log(x)-mp.loggamma(a))
def gcf(a,x):
    tiny=mp.mpf(10)**-300
    b=x+1-a;c=1/tiny;d=1/b if b!=0 else 1/tiny;h=d;i=1
    while True:
        an=-i*(i-a);b+=2;d=an*d+b
        if abs(d)<tiny:d=tiny
        c=b+an/c
        if abs(c)<tiny:c=tiny
        d=1/d;de=d*c;h*=de
        if abs(de-1)<mp.mpf(10)**-45:break
        i+=1
    return h*mp.exp(-x+a*mp.log(x)-mp.loggamma(a))
def chcs(x,k):
    a=mp.mpf(k)/2;x=mp.mpf(x)/2
    if x<=0:return mp.mpf(0),mp.mpf(1)
    if x<a+1:
        p=gser(a,x);return p,1-p
    q=gcf(a,x);return 1-q,q
T=[]
def add(g,fn,args,ref):
    r=float(ref)
    if r==0 or abs(r)<1e-305 or not np.isfinite(r):return
    T.append(dict(g=g,fn=fn,args=args,ref=mp.nstr(ref,25)))
t0=time.time()
def nwt(cdf,pdf,p,x0,it=4):
    # Newton on log|x| vs log p, to convergence; x keeps its sign
    p=mp.mpf(p); sg=-1 if x0<0 else 1
    if x0==0: x0=-1e-3 if sg<0 else 1e-3
    u=mp.log(abs(mp.mpf(x0))); last=None
    for _ in range(400):
        x=sg*mp.exp(u); c=cdf(x)
        du=(mp.log(c)-mp.log(p))*c/(pdf(x)*x)
        if abs(du)>20: du=20*mp.sign(du)
        u-=du
        if abs(du)<mp.mpf(10)**-25: return sg*mp.exp(u)
    raise Exception('noconv')
# normal
for z in list(np.linspace(-37,-6,63))+list(np.linspace(-6,8,113)):
    z=float(z); add('normal','cdf',[z],csn(z))
for e in list(range(-300,-15,5))+list(np.linspace(-15,-0.31,40)):
    p=float(10.0**e); x=nwt(csn,lambda x:mp.npdf(x),p,stats.norm.ppf(p)); add('normal','quantile',[p],x)
print('normal',len(T),time.time()-t0)
dfs=[1,1.5,2,2.7,3,4,5,7.3,10,20,30.5,60,100,300,1000,1e4,1e5,1e6]
for v in dfs:
    for x in [1e-8,1e-3,0.01,0.1,0.3,0.5,0.7,1,1.3,1.5,1.96,2,2.5,3,4,5,6,8,10,15,20,25,30,35,37,50,100,1e3,1e5,1e10]:
        add('t','cdf',[-x,v],tcdf(-x,v))
        if x<=8: add('t','cdfpos',[x,v],tcdf(x,v))
    for e in [-300,-250,-200,-150,-100,-75,-50,-40,-30,-25,-20,-16,-14,-12,-10,-9,-8,-7,-6,-5,-4,-3.5,-3,-2.5,-2,-1.60206,-1.30103,-1,-.5,-.31]:
        p=float(10.0**e)
        x0=stats.t.ppf(p,v)
        if not np.isfinite(x0) or x0==0:
            # df=1.. huge
            x0=-(p*v**0.5)**(-1/v) if (p)**(-1/v)<1e300 else None
            if x0 is None: continue
        try: x=nwt(lambda x:tcdf(x,v),lambda x:tpdf(x,v),p,x0,8)
        except Exception as ex: print('skip',v,p,ex);continue
        add('t','quantile',[p,v],x)
print('t',len(T),time.time()-t0)
for k in [1,2,3,5,10,30,100,1000,1e4,1e5,1e6]:
    for z in [-30,-20,-10,-8,-6,-5,-4,-3,-2,-1,-.5,0,.5,1,2,3,4,5,6,8,10,15,20,30,36]:
        # Wilson-Hilferty
        x=k*(1-2/(9*k)+z*(2/(9*k))**.5)**3
        if x<=0: x=k*10**(z/3)
        x=float(x)
        c,s=chcs(x,k); add('chisq','cdf',[x,k],c); add('chisq','sf',[x,k],s)
    for e in [-300,-200,-100,-50,-30,-20,-15,-10,-8,-6,-4,-3,-2,-1.30103,-1,-.31]:
        p=float(10.0**e); x0=stats.chi2.ppf(p,k)
        if x0>0:
            pdf=lambda x: mp.exp((mp.mpf(k)/2-1)*mp.log(x/2)-x/2-mp.loggamma(mp.mpf(k)/2))/2
            try: add('chisq','quantile',[p,k],nwt(lambda x:chcs(x,k)[0],pdf,p,x0,10))
            except Exception as ex: print('skip chi q',p,k,ex)
            try: add('chisq','isf',[p,k],nwt(lambda x:chcs(x,k)[1],lambda x:-pdf(x),p,stats.chi2.isf(p,k),10))
            except Exception as ex: print('skip chi isf',p,k,ex)
print('chisq',len(T),time.time()-t0)
for a in [1,2,3,5,10,100,1000,1e5]:
    for b in [1,2,3.7,10,30,100,1000,1e5,1e6]:
        for x in [1e-6,1e-3,.01,.1,.3,.6,.9,1,1.1,1.5,2,3,5,10,30,100,1000,1e6]:
            c,s=fcs(x,a,b); add('f','cdf',[x,a,b],c); add('f','sf',[x,a,b],s)
        for e in [-300,-100,-30,-12,-6,-4,-3,-2,-1.30103,-.5]:
            p=float(10.0**e); 
            A,B=mp.mpf(a)/2,mp.mpf(b)/2
            def pdf(x):
                return mp.exp(mp.loggamma(A+B)-mp.loggamma(A)-mp.loggamma(B)+A*mp.log(a/mp.mpf(b))+(A-1)*mp.log(x)-(A+B)*mp.log1p(a*x/mp.mpf(b)))
            for nm,ix,x0,sg in (('quantile',0,stats.f.ppf(p,a,b),1),('isf',1,stats.f.isf(p,a,b),-1)):
                if e<-12 and nm=='quantile': pass
                if np.isfinite(x0) and x0>0:
                    try: add('f',nm,[p,a,b],nwt(lambda x:fcs(x,a,b)[ix],lambda x:sg*pdf(x),p,x0,10))
                    except Exception as ex: pass
print('f',len(T),time.time()-t0)
for a in [.1,.5,1,2,5.5,20,100,1000,1e5]:
    for b in [.1,.5,1,3,10,50,1000,1e5]:
        m=a/(a+b);sd=(a*b/((a+b)**2*(a+b+1)))**.5
        xs=[1e-10,1e-4,.01,.1,.3,.5,.7,.9,.99]+[m+k*sd for k in (-20,-10,-6,-4,-2,-1,0,1,2,4,6,10,20)]
        for x in xs:
            x=float(x)
            if 0<x<1:
                xm=mp.mpf(x);c,s=ib(a,b,xm,1-xm); add('beta','cdf',[x,a,b],c); add('beta','sf',[x,a,b],s)
        for e in [-300,-100,-30,-12,-6,-4,-3,-2,-1.30103,-.5]:
            p=float(10.0**e); x0=stats.beta.ppf(p,a,b)
            if 0<x0<1:
                pdf=lambda x: mp.exp(mp.loggamma(mp.mpf(a)+b)-mp.loggamma(a)-mp.loggamma(b)+(a-1)*mp.log(x)+(b-1)*mp.log1p(-x))
                try:
                    q=nwt(lambda x:ib(a,b,x,1-x)[0],pdf,p,x0,10)
                    if 0<q<1: add('beta','quantile',[p,a,b],q)
                except Exception as ex: pass
print('beta',len(T),time.time()-t0)
json.dump(T,open('ref.json','w'))
